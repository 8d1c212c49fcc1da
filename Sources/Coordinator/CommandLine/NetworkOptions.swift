import Core

/// What commands that run a network on files have in common.
extension CommandSpecification.Option {
  /// Which stem a network has, where its file does not tell.
  static let stem = CommandSpecification.Option(
    name: "--stem", value: "paper|code", help: "the networks' stem", standard: "what the files tell, or paper")

  static let threads = CommandSpecification.Option(
    name: "--threads", value: "N", help: "threads a rank", standard: "the cores it may run on")
}

extension Arguments {
  func stem() throws(Fault) -> SweepConfiguration.Stem? { try word("--stem") }
  func threads() throws(Fault) -> Int? { try integer("--threads", 1...1024) }
}
