import Core
import Foundation
import Synchronization

/// What came of showing a reader many inputs.
public struct FuzzFigures: CustomStringConvertible, Sendable {
  public var name: String
  public var inputs = 0
  /// Read without a word; the others were refused by a fault.
  public var accepted = 0
  /// Errors that are no faults, each with the index of its input; there should be none.
  public var strange: [String] = []
  public var seconds = 0.0
  /// Of one input.
  public var slowest = 0.0
  /// Bytes of the largest input.
  public var largest = 0
  /// Bytes that one input made the process grow by at most; nil in the quick run, where other tests grow it too, and
  /// where the system does not say.
  public var memory: Int?

  public var description: String {
    let memory = memory.map { "\(($0 + 1023) >> 10) KiB more memory at most" } ?? "memory not measured"
    return "fuzz \(name): \(inputs) inputs, \(accepted) accepted, \(inputs - accepted) refused, "
      + "\(strange.count) strange errors, \(rounded(seconds)) s, slowest \(rounded(slowest * 1000)) ms, "
      + "largest input \(largest) bytes, \(memory)"
  }

  private func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}

public enum Fuzz {
  /// Whether the long run was asked for; its memory is measured, so it is to run alone (`--no-parallel`).
  public static var isLong: Bool { ProcessInfo.processInfo.environment["MICROFOLD_FUZZ"] != nil }

  /// Shows a reader `MICROFOLD_FUZZ` inputs, or the few of the quick corpus.
  ///
  /// A crash ends the process. So does an input that takes longer than half a minute, after its index was printed.
  /// - Parameters:
  ///   - count: of the quick corpus.
  ///   - share: of the inputs that this reader is to see in the long run, where it is slow; 1 for all.
  ///   - read: throws a `Fault` or `Faults` for what it refuses.
  public static func run(
    _ mutator: Mutator, _ name: String, quick count: Int = 1000, share: Double = 1, read: ([UInt8]) throws -> Void
  ) -> FuzzFigures {
    let asked = ProcessInfo.processInfo.environment["MICROFOLD_FUZZ"].flatMap { Int($0) }
    var figures = FuzzFigures(name: name)
    let watch = Watch(name)
    defer { watch.end() }
    let start = DispatchTime.now().uptimeNanoseconds
    for index in 0..<(asked.map { Int(Double($0) * share) } ?? count) {
      let input = mutator.input(index)
      watch.begin(index)
      if isLong { resetPeak() }
      let before = isLong ? memory("VmRSS:") : nil
      let began = DispatchTime.now().uptimeNanoseconds
      do {
        try read(input)
        figures.accepted += 1
      } catch is Fault {
      } catch is Faults {
      } catch {
        figures.strange.append("input \(index): \(error)")
      }
      figures.slowest = max(figures.slowest, Double(DispatchTime.now().uptimeNanoseconds - began) * 1e-9)
      if let before, let peak = memory("VmHWM:") { figures.memory = max(figures.memory ?? 0, peak - before) }
      figures.largest = max(figures.largest, input.count)
      figures.inputs += 1
    }
    figures.seconds = Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
    if isLong { FileHandle.standardError.write(Data("\(figures)\n".utf8)) }
    return figures
  }

  /// Writes an input to a file. The old one is removed first: some file systems sync a file that is cut and written
  /// again.
  public static func write(_ bytes: [UInt8], to path: String) throws {
    unlink(path)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  private static func memory(_ key: String) -> Int? {
    let status = FileManager.default.contents(atPath: "/proc/self/status").map { String(decoding: $0, as: UTF8.self) }
    let line = status?.split(separator: "\n").first { $0.hasPrefix(key) }
    return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
  }

  /// Forgets the largest memory so far, where Linux lets a process do that.
  private static func resetPeak() {
    guard let file = FileHandle(forWritingAtPath: "/proc/self/clear_refs") else { return }
    try? file.write(contentsOf: Data("5".utf8))
    try? file.close()
  }
}

/// Ends the process when one input takes too long.
private final class Watch: Sendable {
  private let input = Atomic<Int>(-1)
  private let name: String

  init(_ name: String) {
    self.name = name
    let thread = Thread { [self] in
      var (seen, rounds) = (-1, 0)
      while true {
        Thread.sleep(forTimeInterval: 1)
        let now = input.load(ordering: .relaxed)
        if now == Int.min { return }
        rounds = now == seen ? rounds + 1 : 0
        seen = now
        if rounds >= 30 {
          FileHandle.standardError.write(Data("fuzz \(name): input \(now) takes longer than 30 s\n".utf8))
          abort()
        }
      }
    }
    thread.start()
  }

  func begin(_ index: Int) { input.store(index, ordering: .relaxed) }
  func end() { input.store(Int.min, ordering: .relaxed) }
}
