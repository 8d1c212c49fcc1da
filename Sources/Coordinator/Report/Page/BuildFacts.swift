import Core

/// What this program was built with.
enum BuildFacts {
  static var text: String { "built with Swift \(compiler) for \(architecture)" }

  private static var compiler: String {
    #if compiler(>=6.4)
      "6.4 or newer"
    #elseif compiler(>=6.3)
      "6.3"
    #else
      "6.2"
    #endif
  }

  private static var architecture: String {
    #if arch(x86_64)
      "x86-64 (\(CPUCheck.vectors))"
    #elseif arch(arm64)
      "arm64"
    #else
      "another CPU"
    #endif
  }
}
