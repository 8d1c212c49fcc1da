import Core

/// What `microfold doctor` is to look at.
struct DoctorOptions: Equatable {
  /// A sweep file, whose needs are compared with what is here.
  var config: String?
  /// The run directory, instead of the sweep file's.
  var output: String?
  var ranksPerFold = SweepOptions.RanksPerFold.automatic
  /// Threads a rank, or nil for as many as its CPU affinity has cores.
  var threads: Int?
  var isJSON = false
}

extension CommandSpecification {
  static let doctor = CommandSpecification(
    name: "doctor",
    summary: "Say whether a sweep would run here: MPI, cores, memory, disk, ffmpeg, stores.",
    explanation: """
      Start it as the sweep will be started, with the same mpirun words: every rank tells what it finds on its host. \
      Each line has ✓ where all is well, ✗ where a sweep would fail, and ! where it would run but something is worse \
      than it could be; what to do stands below. With --config it compares the memory and the disk with what the sweep \
      needs, and opens its stores on every host. Nothing is trained. Exit status: 0, or 1 where there is a ✗.
      """,
    options: [
      Option(name: "--config", value: "FILE", help: "a sweep file, to compare its needs with what is here"),
      Option(name: "--output", value: "DIR", help: "the run directory", standard: "the sweep file's"),
      Option(
        name: "--ranks-per-fold", value: "N|auto", help: "ranks that train one fold together, a power of two",
        standard: "auto"),
      Option(name: "--threads", value: "N", help: "threads a rank", standard: "the cores it may run on"),
      Option(name: "--json", help: "print JSON"),
    ],
    examples: [
      "microfold doctor",
      "mpirun -n 8 microfold doctor --config sweeps/paper.json",
    ],
    read: { arguments throws(Fault) in
      .doctor(
        DoctorOptions(
          config: try arguments.text("--config"), output: try arguments.text("--output"),
          ranksPerFold: try ranksPerFold(arguments), threads: try arguments.integer("--threads", 1...1024),
          isJSON: arguments.isOn("--json")))
    })
}
