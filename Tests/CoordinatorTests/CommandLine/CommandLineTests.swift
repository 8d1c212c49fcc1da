import Core
import Foundation
import Testing

@testable import Coordinator

@Suite struct CommandLineTests {
  @Test func everyOptionOfSweepIsRead() throws {
    #expect(try parse("sweep --config a.json") == SweepOptions(config: "a.json"))
    var options = SweepOptions(config: "a.json", output: "runs/x", start: .resume, threads: 3, isQuiet: true)
    options.ranksPerFold = .fixed(4)
    #expect(
      try parse("sweep --config=a.json --output runs/x --resume --ranks-per-fold 4 --threads=3 --quiet")
        == options)
    #expect(
      try parse("sweep --fresh --ranks-per-fold auto --config a.json")
        == SweepOptions(config: "a.json", start: .fresh))
    var shown = SweepOptions(config: "a.json")
    (shown.progress, shown.log) = (.board, "a.log")
    #expect(try parse("sweep --config a.json --progress board --log a.log") == shown)
  }

  @Test func everyOptionOfDoctorIsRead() throws {
    #expect(try parse("report runs/x") == ReportOptions(run: "runs/x"))
    #expect(try parse("report runs/x --no-clips") == ReportOptions(run: "runs/x", showsClips: false))
    #expect(try parse("doctor") == DoctorOptions())
    #expect(
      try parse("doctor --config a --output o --ranks-per-fold 2 --threads 3 --json")
        == DoctorOptions(config: "a", output: "o", ranksPerFold: .fixed(2), threads: 3, isJSON: true))
  }

  @Test func sweepsAndBenchmarksTakeTimesAndSizes() throws {
    var options = SweepOptions(config: "a")
    (options.deadAfter, options.stallTimeout) = (5, 60)
    #expect(try parse("sweep --config a --dead-after 5 --stall-timeout 60") == options)
    #expect(fault("sweep --config a --dead-after 0").contains("--dead-after: is \"0\"; it takes an integer from 2"))
    #expect(
      try parse("bench allreduce --mib 3 --rounds 1 --json")
        == AllreduceBenchOptions(mebibytes: 3, rounds: 1, isJSON: true))
  }

  @Test func everyOptionOfBenchIsRead() throws {
    #expect(try parse("bench kernels") == KernelBenchOptions())
    #expect(
      try parse("bench kernels --shapes demo --batch 4 --rounds 2 --threads 3 --json")
        == KernelBenchOptions(shapes: .demo, batch: 4, rounds: 2, threads: 3, isJSON: true))
    var step = StepBenchOptions()
    #expect(try parse("bench step") == step)
    (step.trained, step.batch, step.rounds, step.threads, step.isJSON) = (.idnet, 4, 2, 3, true)
    (step.network.width, step.network.frames) = (8, 5)
    (step.network.motionSize, step.network.identitySize) = (64, 32)
    #expect(
      try parse(
        "bench step --network idnet --width 8 --batch 4 --motion-size 64 --identity-size 32 --frames 5 --rounds 2 "
          + "--threads 3 --json") == step)
    step.ranksPerFold = .fixed(2)
    #expect(
      try parse(
        "bench step --network idnet --width 8 --batch 4 --motion-size 64 --identity-size 32 --frames 5 --rounds 2 "
          + "--threads 3 --ranks-per-fold 2 --json") == step)
  }

  /// What is measured as the demo is the demo, and the paper's settings are the defaults.
  @Test func theShapesOfTheDemoAreThoseOfItsSweep() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..")
    for shapes in [KernelBenchOptions.Shapes.demo, .paper] {
      let sweep = root.appendingPathComponent("sweeps/\(shapes.rawValue).json").standardizedFileURL.path
      var network = try SweepConfiguration.load(sweep).network
      // Frames and flow have the same shapes.
      network.input = .frames
      #expect(network == shapes.network)
    }
  }

  @Test func everyOptionOfSynthIsRead() throws {
    #expect(try parse("synth --output s") == SynthOptions(output: "s"))
    var options = SynthOptions(output: "s", names: ["synth-samm", "synth-sdu"])
    options.synthetic.clips = 20
    options.synthetic.size = 32
    options.synthetic.motion = 2.5
    options.synthetic.confounding = 0.25
    options.synthetic.seed = .max
    #expect(
      try parse(
        "synth synth-samm --output s --clips 20 --size 32 --motion 2.5 --confounding 0.25 "
          + "--seed 18446744073709551615 synth-sdu") == options)
  }

  @Test func everyOptionOfStepAndPredictIsRead() throws {
    var step = StepOptions(stage: .motion, weights: "w", batch: "b", output: "o")
    #expect(try parse("step --stage 2 --weights w --batch b --output o") == step)
    (step.variant, step.stem, step.threads) = (.daoMi, .code, 3)
    #expect(
      try parse("step --stage 2 --weights w --batch b --output o --variant dao-mi --stem code --threads 3")
        == step)
    (step.decoupling, step.given) = (.distanceCorrelation, .emotion)
    #expect(
      try parse(
        "step --stage 2 --weights w --batch b --output o --variant dao-mi --stem code --threads 3 "
          + "--decoupling distance-correlation --given emotion")
        == step)
    #expect(throws: Fault.self) {
      let _: StepOptions = try parse("step --stage 2 --weights w --batch b --output o --given emotion")
    }
    var predict = PredictOptions(model: "m", store: "s")
    #expect(try parse("predict --model m --store s") == predict)
    (predict.output, predict.size, predict.frames, predict.stem, predict.threads) = ("o.csv", 64, 6, .paper, 2)
    #expect(
      try parse("predict --model m --store s --output o.csv --size 64 --frames 6 --stem paper --threads 2")
        == predict)
  }

  @Test func aClipIsPredictedWithItsFrames() throws {
    var predict = PredictOptions(model: "m", clip: "v.mp4")
    #expect(try parse("predict --model m v.mp4") == predict)
    (predict.onset, predict.apex, predict.offset) = (3, 3, 9)
    (predict.crop, predict.isJSON, predict.attention) = (CropBox(width: 4, height: 3, x: 2, y: 1), true, "d")
    #expect(
      try parse("predict --model m v.mp4 --onset 3 --apex 3 --offset 9 --crop 4:3:2:1 --json --attention d")
        == predict)
    let clip = try #require(predict.singleClip)
    #expect(clip.path == "v.mp4" && clip.onset == 3 && clip.offset == 9 && clip.crop == predict.crop)
    predict = PredictOptions(model: "m", store: "s", clips: ["a/*", "b"], output: "o.json")
    #expect(try parse("predict --model m --store s --clips a/*,b --output o.json") == predict)
    #expect(predict.writesJSON && predict.singleClip == nil)
    predict.isJSON = true
    #expect(try parse("predict --model m --store s --clips a/*,b --output o.json --json") == predict)
  }

  @Test func modelsOfARunAreChosen() throws {
    var predict = PredictOptions(run: "r", store: "s")
    #expect(try parse("predict --run r --store s") == predict)
    predict.choice = ModelChoice(dataset: "d", method: "full", arm: "a", seed: 3)
    #expect(try parse("predict --run r --store s --dataset d --method full --arm a --seed 3") == predict)
    var export = ExportOptions(model: "m", output: "o")
    #expect(try parse("export --model m --output o") == export)
    (export.model, export.run) = (nil, "r")
    export.choice = ModelChoice(dataset: "d", method: "full", arm: "a", seed: 3, fold: 0)
    #expect(try parse("export --run r --output o --dataset d --method full --arm a --seed 3 --fold 0") == export)
  }

  @Test func inspectAndReportTakeTheirFiles() throws {
    #expect(try parse("inspect a.safetensors") == InspectOptions(path: "a.safetensors"))
    #expect(
      try parse("inspect a.safetensors --frames b.png --clips c,d* --json")
        == InspectOptions(path: "a.safetensors", frames: "b.png", clips: ["c", "d*"], isJSON: true))
    #expect(try parse("report runs/x") == ReportOptions(run: "runs/x"))
    #expect(try parse("report -- --odd") == ReportOptions(run: "--odd"))
    #expect(try parse("compare a b c") == CompareOptions(runs: ["a", "b", "c"]))
    #expect(
      try parse("compare a b --reference b --output o")
        == CompareOptions(runs: ["a", "b"], reference: "b", output: "o"))
  }

  @Test func completionManualAndSettingsAreCommandsLikeOthers() throws {
    #expect(try parse("completion zsh") == CompletionOptions(shell: .zsh))
    #expect(try parse("manual") == ManualOptions())
    #expect(try parse("methods --json") == MethodsOptions(isJSON: true))
    #expect(try parse("settings training --markdown") == SettingsOptions(part: "training", form: .markdown))
    #expect(try parse("status r --json") == StatusOptions(run: "r", isJSON: true))
    #expect(try parse("bench lbp-top --clips 3 --size 8") == PatternBenchOptions(clips: 3, size: 8))
  }

  @Test func plansTakeASpeedOrTheSecondsOfAStep() throws {
    #expect(try parse("plan --config a") == PlanOptions(config: "a"))
    var options = PlanOptions(config: "a", nodes: 8, cores: 32)
    (options.ranksPerNode, options.ranksPerFold, options.speed) = (4, .fixed(2), .step(12))
    (options.failures, options.seed, options.isJSON) = (0.1, 7, true)
    #expect(
      try parse(
        "plan --config a --nodes 8 --cores 32 --ranks-per-node 4 --ranks-per-fold 2 --step-seconds 12 --failures 0.1 "
          + "--seed 7 --json") == options)
    #expect(
      fault("plan --config a --speed 9 --step-seconds 12")
        == "microfold plan --step-seconds: cannot be combined with --speed; give one of them")
  }

  /// Processes that do not know of each other do no harm with what only reads.
  @Test func whatWritesIsKnown() throws {
    for (words, writes, stops) in [
      ("sweep --config a", true, true), ("synth --output a", true, false), ("report r", true, false),
      ("compare r s", true, false),
      ("plan --config a", false, false), ("doctor", false, false), ("inspect f", false, false),
      ("import csv --source d --annotations a --classes samm-5 --output o.safetensors", true, true),
    ] {
      guard case .run(let invocation) = try request(words) else { throw Fault(at: words, "is not run") }
      #expect(invocation.writes == writes && invocation.stops == stops, "\(words)")
    }
  }

  @Test(arguments: [
    ("swep --config a", "microfold: unknown command \"swep\"; did you mean sweep?"),
    (
      "zzzzzzzz",
      "microfold: unknown command \"zzzzzzzz\"; "
        + "it is one of sweep, plan, settings, synth, import, check, inspect, predict, export, "
        + "report, compare, status, methods, step, bench, doctor, completion, manual"
    ),
    ("--quiet sweep", "microfold: unknown option \"--quiet\"; a command must come first; see microfold --help"),
    ("import cvs", "microfold import: unknown command \"cvs\"; did you mean csv?"),
    ("sweep --confg a", "microfold sweep: unknown option \"--confg\"; did you mean --config?"),
    ("sweep -q", "microfold sweep: unknown option \"-q\"; see microfold sweep --help"),
    ("sweep", "microfold sweep: needs --config FILE, the sweep file; see microfold sweep --help"),
    ("sweep --config", "microfold sweep --config: needs a value, FILE"),
    ("sweep --config --quiet", "microfold sweep --config: needs a value, FILE"),
    ("sweep --config=", "microfold sweep --config: is empty"),
    ("sweep --config a --config b", "microfold sweep --config: is given twice"),
    ("sweep --quiet --quiet --config a", "microfold sweep --quiet: is given twice"),
    ("sweep --quiet=yes --config a", "microfold sweep --quiet: takes no value"),
    (
      "sweep --config a --quiet --progress board",
      "microfold sweep --quiet: cannot be combined with --progress; give one of them"
    ),
    ("sweep --config a --progress bord", "microfold sweep --progress: is \"bord\"; did you mean board?"),
    ("completion bsh", "microfold completion: unknown shell \"bsh\"; did you mean bash?"),
    ("docter", "microfold: unknown command \"docter\"; did you mean doctor?"),
    ("sweep --config a b", "microfold sweep: does not take \"b\"; see microfold sweep --help"),
    (
      "sweep --config a --fresh --resume",
      "microfold sweep --fresh: cannot be combined with --resume; give one of them"
    ),
    (
      "sweep --config a --threads 0",
      "microfold sweep --threads: is \"0\"; it takes an integer from 1 to 1024"
    ),
    (
      "sweep --config a --threads -1",
      "microfold sweep --threads: is \"-1\"; it takes an integer from 1 to 1024"
    ),
    (
      "sweep --config a --ranks-per-fold 3",
      "microfold sweep --ranks-per-fold: is \"3\"; it takes auto, 1, 2, 4, 8, 16, 32 or 64"
    ),
    ("synth --output s --motion nan", "microfold synth --motion: is \"nan\"; it takes a number from 0.0 to 10.0"),
    ("synth --output s synth-sud", "microfold synth: unknown dataset \"synth-sud\"; did you mean synth-sdu?"),
    ("synth --output s synth-sdu synth-sdu", "microfold synth: synth-sdu is given twice"),
    (
      "import csv --source d --annotations a --classes sam-5 --output o.safetensors",
      "microfold import csv --classes: is \"sam-5\"; did you mean samm-5?"
    ),
    (
      "import csv --source d --annotations a --classes samm-5 --output o.st",
      "microfold import csv --output: is \"o.st\"; the file's name must end in .safetensors"
    ),
    (
      "import list --source d --annotations a --classes samm-5 --output o.safetensors --crop 1:2:3",
      "microfold import list --crop: is \"1:2:3\"; "
        + "it takes width:height:x:y in pixels, for instance 400:400:760:340, "
        + "or a table: a .csv, .tsv, .txt or .xlsx file"
    ),
    (
      "step --weights w --batch b --output o",
      "microfold step: needs --stage 1..4, the training stage; see microfold step --help"
    ),
    (
      "step --stage 5 --weights w --batch b --output o",
      "microfold step --stage: is \"5\"; it takes an integer from 1 to 4"
    ),
    (
      "step --stage 2 --weights w --batch b --output o --variant ful",
      "microfold step --variant: is \"ful\"; did you mean full?"
    ),
    (
      "step --stage 3 --weights w --batch b --output o --variant dao",
      "microfold step --stage: is 3; variant dao has stages 2 and 4"
    ),
    (
      "predict --model m --store s --output o.txt",
      "microfold predict --output: is \"o.txt\"; the file's name must end in .csv or .json"
    ),
    (
      "predict --model m --store s --output o.csv --json",
      "microfold predict --output: is \"o.csv\"; with --json the file's name must end in .json"
    ),
    (
      "predict --model m",
      "microfold predict: needs CLIP, a video or a folder of frames, or --store FILE; see microfold predict --help"
    ),
    (
      "predict --store s",
      "microfold predict: needs --model FILE or --run RUN; see microfold predict --help"
    ),
    (
      "predict --model m --run r --store s",
      "microfold predict --run: cannot be combined with --model; give one of them"
    ),
    (
      "predict --model m --seed 1 --store s",
      "microfold predict --seed: chooses among the models of a run; give --run instead of --model"
    ),
    (
      "export --output o",
      "microfold export: needs --model FILE or --run RUN; see microfold export --help"
    ),
    (
      "export --model m --output o --fold 1",
      "microfold export --fold: chooses among the models of a run; give --run instead of --model"
    ),
    (
      "export --model m",
      "microfold export: needs --output DIR, the folder to write; it may hold an earlier export; "
        + "see microfold export --help"
    ),
    (
      "predict --model m v --store s",
      "microfold predict --store: cannot be combined with the CLIP \"v\"; give one of them"
    ),
    (
      "predict --model m v --clips a",
      "microfold predict --clips: cannot be combined with the CLIP \"v\"; give one of them"
    ),
    (
      "predict --model m --store s --onset 3",
      "microfold predict --onset: is for a CLIP; clips of a store have their own"
    ),
    ("predict --model m v --onset 3 --offset 2", "microfold predict --offset: is 2, before onset 3"),
    ("predict --model m v --onset 3 --apex 2 --offset 9", "microfold predict --apex: is 2, before onset 3"),
    ("predict --model m v --apex 5 --offset 4", "microfold predict --offset: is 4, before apex 5"),
    (
      "predict --model m v --onset -1",
      "microfold predict --onset: is \"-1\"; it takes an integer from 0 to 1000000000"
    ),
    (
      "predict --model m v --crop 0:1:2:3",
      "microfold predict --crop: is \"0:1:2:3\"; it takes width:height:x:y in pixels, for instance 400:400:760:340"
    ),
    ("inspect s --clips a,,b", "microfold inspect --clips: is \"a,,b\"; one of its names is empty"),
    (
      "inspect",
      "microfold inspect: needs FILE, a safetensors file, or the directory of a run; see microfold inspect --help"
    ),
    ("report", "microfold report: needs RUN, the run directory; see microfold report --help"),
    ("compare", "microfold compare: needs RUN, the run directories, two or more; see microfold compare --help"),
    ("compare a", "microfold compare: needs two RUNs or more; see microfold compare --help"),
  ])
  func wrongWordsGetOneLine(_ words: String, _ expected: String) {
    #expect(fault(words) == expected)
  }

  @Test func hostileWordsStayOnOneLine() {
    #expect { try CommandLine.parse(["a\nb\u{1B}[2J" + String(repeating: "x", count: 10_000)]) } throws: {
      let line = "\($0)"
      return !line.contains("\n") && !line.contains("\u{1B}") && line.count < 300
    }
  }

  @Test func theVersionIsToldOnEveryLevel() throws {
    for words in [["--version"], ["sweep", "--version"], ["import", "--version"], ["import", "csv", "--version"]] {
      #expect(try printed(words) == "microfold 0.1.0")
    }
  }
}
