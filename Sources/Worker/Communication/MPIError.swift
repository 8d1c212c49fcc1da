import Core
import MPIShim

/// An error code that Open MPI returned.
public struct MPIError: Error, CustomStringConvertible {
  public let call: String
  public let code: Int32

  public var description: String {
    var text = [CChar](repeating: 0, count: Int(MPI_MAX_ERROR_STRING))
    var length: Int32 = 0
    MPI_Error_string(code, &text, &length)
    return "\(call): \(String(decoding: text.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self))"
  }
}

func check(_ call: String, _ code: Int32) throws {
  if code != MPI_SUCCESS { throw MPIError(call: call, code: code) }
}
