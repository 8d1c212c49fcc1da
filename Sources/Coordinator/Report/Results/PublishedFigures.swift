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

    /// The paper's classes on this dataset, in no order.
    var classes: Set<String> {
      switch self {
      case .sdu, .mmew: ["happiness", "surprise", "disgust", "sadness", "fear", "anger"]
      case .samm: ["anger", "contempt", "happiness", "surprise", "other"]
      case .casme2: ["happiness", "disgust", "repression", "surprise", "others"]
      }
    }
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

extension PublishedFigures {
  /// The column that a dataset of a sweep is compared with, and how far the comparison holds.
  struct Match: Equatable {
    var column: Column
    /// False for synthetic clips: the figures are of the real dataset.
    var sameData: Bool
    /// Whether the paper has the same classes.
    var sameClasses: Bool

    /// What a reader must know before comparing, or nil.
    var caution: String? {
      var parts: [String] = []
      if !sameData { parts.append("synthetic data; figures are of the real dataset") }
      if !sameClasses { parts.append("the paper tells other classes apart") }
      return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }
  }

  /// Finds the column by the dataset's name (`casme2`, `CASME-II`, `synth-casme2`), else by its classes.
  ///
  /// SDU and MMEW have the same classes, so that those alone do not tell which of them is meant.
  static func match(_ dataset: SweepConfiguration.Dataset) -> Match? {
    let letters = dataset.name.lowercased().filter { $0.isLetter || $0.isNumber }
    let isSynthetic = letters.hasPrefix("synth")
    let name = letters.replacing("synthetic", with: "").replacing("synth", with: "")
      .replacing("casmeii", with: "casme2")
    let classes = Set(dataset.classes.groups.compactMap(\.first))
    let byClasses = Column.allCases.filter { $0.classes == classes }
    guard
      let column = Column.allCases.first(where: { name.hasPrefix($0.rawValue) })
        ?? (byClasses.count == 1 ? byClasses[0] : nil)
    else { return nil }
    var sameData = !isSynthetic
    if case .synthetic = dataset.source { sameData = false }
    return Match(column: column, sameData: sameData, sameClasses: column.classes == classes)
  }
}
