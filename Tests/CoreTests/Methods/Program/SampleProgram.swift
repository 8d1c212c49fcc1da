@testable import Core

/// A program as users write them, in awk, so that tests need no Python: it gives every test clip the first class.
enum SampleProgram {
  /// What it does, or does wrong.
  enum Mode: String, CaseIterable {
    case good
    /// Other probabilities every time.
    case fickle
    /// Sleeps for a minute, unless it finds what an earlier attempt kept.
    case slow
    case hangs, dies, killed, silent, empty, few, other, twice, words, infinite, negative, sum, columns
  }

  /// Writes the program and gives the command.
  static func command(_ mode: Mode, in scratch: Scratch) throws -> [String] {
    ["awk", "-v", "mode=\(mode.rawValue)", "-f", try scratch.file("sample.awk", text: text)]
  }

  static func method(_ name: String, _ mode: Mode, in scratch: Scratch) throws -> ProgramMethod {
    ProgramMethod(name, command: try command(mode, in: scratch))
  }

  private static let text = #"""
    function value() { split($0, part, "\""); return part[4] }
    /"classes"/ { inClasses = 1; next }
    inClasses && /\]/ { inClasses = 0 }
    inClasses { split($0, part, "\""); classes[++width] = part[2] }
    /"checkpoints"/ { folder = value() }
    /"output"/ { output = value() }
    /"test"/ { inTest = 1 }
    /"threads"/ { inTest = 0 }
    inTest && /"clip"/ { clips[++count] = value() }
    inTest && /"label"/ { print "a test clip has a label"; exit 9 }

    END {
      kept = folder "/kept"
      found = (getline line < kept) > 0
      print (found ? "found" : "nothing") " kept for " count " clips"
      fflush()
      print "kept" > kept
      close(kept)
      if (mode == "hangs" || mode == "slow" && !found) system("sleep 60")
      if (mode == "dies") { print "first" > "/dev/stderr"; print "out of \033[1mluck" > "/dev/stderr"; exit 3 }
      if (mode == "killed") system("kill -KILL $PPID")
      if (mode == "silent") exit 0
      if (mode == "empty") { printf "" > output; exit 0 }
      # Nanoseconds, 0.999000000 to 0.999999999.
      if (mode == "fickle") "date +0.999%N" | getline chance
      line = "clip"
      for (i = 1; i <= width; i++) line = line "," (mode == "columns" && i == 2 ? "joy" : classes[i])
      print line > output
      for (k = 1; k <= count - (mode == "few"); k++) {
        first = "1"
        if (mode == "words") first = "likely"
        if (mode == "infinite") first = "inf"
        if (mode == "negative") first = "-1"
        if (mode == "sum") first = "0.7"
        if (mode == "fickle") first = substr(chance, 1, 11)
        line = (mode == "other" ? "someone" : mode == "twice" && k == 2 ? clips[1] : clips[k])
        line = line "," first
        for (i = 2; i <= width; i++) line = line ",0"
        print line > output
      }
    }
    """#
}
