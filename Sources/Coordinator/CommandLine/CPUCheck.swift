import Foundation

/// Whether this CPU has the instructions that the kernels were compiled for. This file itself is not compiled with
/// them, so that it can say so.
enum CPUCheck {
  /// One line saying what is missing, or nil.
  static func problem() -> String? {
    #if arch(x86_64)
      guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
        let line = text.split(separator: "\n").first(where: { $0.hasPrefix("flags") })
      else { return nil }
      let flags = Set(line.split(separator: " ").map(String.init))
      let missing = needed.filter { !flags.contains($0) }
      guard !missing.isEmpty else { return nil }
      return "this CPU lacks \(missing.joined(separator: ", ")), which the program was compiled for; "
        + "build it with MICROFOLD_ARCH=\(advice(flags)) swift build -c release"
    #else
      return nil
    #endif
  }

  /// The vectors that the kernels were compiled for.
  #if NEEDS_AVX512
    static let vectors = "AVX-512"
  #elseif NEEDS_AVX2
    static let vectors = "AVX2"
  #else
    static let vectors = "baseline"
  #endif

  #if NEEDS_AVX512
    private static let needed = ["avx512f", "avx512dq", "avx512bw", "avx512vl", "avx2", "fma"]
  #elseif NEEDS_AVX2
    private static let needed = ["avx2", "fma", "bmi2", "f16c"]
  #else
    private static let needed: [String] = []
  #endif

  private static func advice(_ flags: Set<String>) -> String {
    flags.isSuperset(of: ["avx2", "fma", "bmi2", "f16c"]) ? "x86-64-v3" : "x86-64"
  }
}
