import Core

/// What commands that look at some clips of a store have in common.
extension CommandSpecification.Option {
  static func clips(_ help: String, standard: String) -> CommandSpecification.Option {
    CommandSpecification.Option(
      name: "--clips", value: "NAMES", help: "\(help): names or patterns such as 'sub01/*', with commas between",
      standard: standard)
  }
}

extension Arguments {
  /// Names of clips, or patterns; nil for no choice.
  func clips() throws(Fault) -> [String]? {
    guard let text = try text("--clips") else { return nil }
    let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard !names.contains("") else { throw fault("--clips", "is \(Arguments.shown(text)); a name in it is empty") }
    return names
  }

  /// A frame number, or nil.
  func frame(_ name: String) throws(Fault) -> Int? { try integer(name, 0...1_000_000_000) }
}
