import Core
import Foundation

@testable import Coordinator

struct FoldsOptions: Equatable {
  var run = ""
  var most = 100
  var isJSON = false
}

extension CommandSpecification {
  static let folds = CommandSpecification(
    name: "folds",
    summary: "Print the test clips of a run, fold by fold.",
    defaults: FoldsOptions(),
    positionals: [.required(\.run, "RUN", "the run directory", .folders)],
    options: [
      .value(\.most, "--most", .integer(1...1000), "clips that are printed"),
      .json(\.isJSON),
    ],
    examples: ["microfold folds runs/demo"],
    run: .alone { options, console in
      let path = "\(options.run)/folds.json"
      let file = try FoldFile.decode(try Data(contentsOf: URL(fileURLWithPath: path)), location: path)
      let clips = file.datasets.flatMap { dataset in dataset.folds.flatMap { $0.map(\.name) } }.prefix(options.most)
      if options.isJSON { try console.json(Array(clips)) } else { clips.forEach(console.line) }
      return .success
    })
}
