import Foundation

/// Whether this CPU has the instructions that the kernels were compiled for. This file itself is not compiled with
/// them, so that it can report it.
enum CPUCheck {
  /// One line saying what is missing, or nil.
  static func problem() -> String? {
    #if arch(x86_64)
      guard let flags = flags() else { return nil }
      let missing = needed.filter { !flags.contains($0) }
      guard !missing.isEmpty else { return nil }
      return "this CPU lacks \(missing.joined(separator: ", ")), which the program was compiled for; "
        + "build it with MICROFOLD_ARCH=\(advice(flags)) swift build -c release"
    #else
      return nil
    #endif
  }

  /// The widest of the known vectors that this CPU has, and its name; nil where that is unknown.
  static func machine() -> (vectors: String, name: String)? {
    guard let flags = flags() else { return nil }
    let vectors = flags.isSuperset(of: wide) ? "AVX-512" : flags.isSuperset(of: middle) ? "AVX2" : "baseline"
    return (vectors, line("model name").map { String($0.drop { $0 != ":" }.dropFirst(2)) } ?? "CPU")
  }

  private static func flags() -> Set<String>? {
    line("flags").map { Set($0.split(separator: " ").map(String.init)) }
  }

  private static func line(_ key: String) -> Substring? {
    (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?
      .split(separator: "\n").first { $0.hasPrefix(key) }
  }

  private static let wide: Set = ["avx512f", "avx512dq", "avx512bw", "avx512vl", "avx2", "fma"]
  private static let middle: Set = ["avx2", "fma", "bmi2", "f16c"]

  /// The vectors that the kernels were compiled for.
  #if NEEDS_AVX512
    static let vectors = "AVX-512"
  #elseif NEEDS_AVX2
    static let vectors = "AVX2"
  #else
    static let vectors = "baseline"
  #endif

  #if NEEDS_AVX512
    private static let needed = wide.sorted()
  #elseif NEEDS_AVX2
    private static let needed = middle.sorted()
  #else
    private static let needed: [String] = []
  #endif

  private static func advice(_ flags: Set<String>) -> String {
    flags.isSuperset(of: middle) ? "x86-64-v3" : "x86-64"
  }
}
