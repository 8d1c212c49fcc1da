import MPIShim

/// The MPI library that the program is linked with.
public enum MPILibrary {
  /// Its name and version, such as `Open MPI v4.1.4`; MPI need not be started.
  public static var version: String {
    var text = [CChar](repeating: 0, count: Int(microfold_library_version_limit()))
    let length = Int(microfold_library_version(&text))
    let name = String(decoding: text.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return name.split(separator: ",").first.map(String.init) ?? "unknown"
  }
}
