import Core
import Foundation

/// The Python that tests of scripts use.
enum PythonModules {
  /// A Python with these modules: that of `MICROFOLD_PYTHON`, else `python3`; nil where there is none.
  static func python(_ modules: String) -> String? {
    let candidates = [ProcessInfo.processInfo.environment["MICROFOLD_PYTHON"], "python3"].compactMap { $0 }
    return candidates.first { InstalledProgram.firstLine($0, ["-c", "import \(modules); print(1)"]) == "1" }
  }
}
