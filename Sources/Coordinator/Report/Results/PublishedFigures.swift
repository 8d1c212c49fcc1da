import Core

/// What others published for the same task, to compare a run's own figures with.
///
/// Xie et al. 2022, PeerJ Computer Science 8:e1140 (the paper that MicroFold follows):
/// five-fold accuracy, per cent, of the method and of those it was compared with, and the ablation on SDU (Table 5).
enum PublishedFigures {
  static let source = "Xie et al. 2022, PeerJ Computer Science 8:e1140"
  static let ablationSource = "Xie et al. 2022, PeerJ Computer Science 8:e1140, Table 5"
  /// The name that the paper's own method has in the table.
  static let method = "MENet + IDNet + MINE"

  /// A dataset of the paper: one column of its comparison.
  enum Column: String, CaseIterable {
    case sdu, mmew, samm, casme2

    /// As the paper writes it.
    var title: String {
      switch self {
      case .sdu: "SDU"
      case .mmew: "MMEW"
      case .samm: "SAMM"
      case .casme2: "CASME II"
      }
    }

    /// What the paper has of this dataset: its classes, clips and subjects.
    var preset: ClassPreset {
      let name =
        switch self {
        case .sdu: "sdu-6"
        case .mmew: "mmew-6"
        case .samm: "samm-5"
        case .casme2: "casme2-5"
        }
      guard let preset = ClassPreset.all.first(where: { $0.name == name }) else {
        preconditionFailure("there is no preset \(name)")
      }
      return preset
    }

    /// The paper's classes on this dataset, in no order.
    var classes: Set<String> { Set(preset.classes.names) }
  }

  /// One method's accuracy, per cent.
  struct Figure: Equatable {
    var method: String
    var accuracy: Double
  }

  /// Accuracy per cent in the order of `Column.allCases`.
  private static let table: [(method: String, accuracy: [Double])] = [
    ("FDM", [19.7, 34.6, 34.1, 40.0]),
    ("LBP-TOP", [33.8, 37.0, 38.9, 48.9]),
    ("MDMO", [44.7, 65.7, 50.0, 60.0]),
    ("Sparse MDMO", [42.0, 60.0, 52.9, 64.4]),
    ("Transfer Learning", [37.6, 52.4, 55.9, 60.3]),
    ("ELRCN", [30.1, 41.5, 46.2, 55.6]),
    ("Graph-TCN", [51.0, 66.4, 61.4, 68.2]),
    ("RCN", [52.8, 62.6, 57.8, 64.7]),
    ("BDCNN", [51.4, 40.6, 41.7, 70.0]),
    ("AU-GACN", [49.2, 63.2, 70.0, 60.5]),
    (method, [53.9, 70.3, 71.4, 70.7]),
  ]

  /// Names of all methods, in the paper's order.
  static let methods = table.map(\.method)

  /// All methods on a dataset, in the paper's order.
  static func figures(_ column: Column) -> [Figure] {
    let index = Column.allCases.firstIndex(of: column) ?? 0
    return table.map { Figure(method: $0.method, accuracy: $0.accuracy[index]) }
  }

  /// The paper's own method on a dataset, accuracy per cent.
  static func best(_ column: Column) -> Double { figures(column).last?.accuracy ?? 0 }

  /// The paper's ablation on SDU, accuracy per cent (Table 5).
  static func ablation(_ row: Ablation) -> Double {
    switch row {
    case .ce: 39.9
    case .dao: 42.8
    case .daoDiv: 46.3
    case .mi: 44.6
    case .daoMi: 48.7
    case .full: 53.9
    }
  }
}
