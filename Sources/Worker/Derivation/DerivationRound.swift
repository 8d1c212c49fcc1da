import Core

/// Some clips of a store that the ranks compute side by side, and which rank computes which: a value.
struct DerivationRound: Equatable {
  /// Indices in the store.
  var clips: Range<Int>
  /// The rank of each clip.
  private let ranks: [Int]

  /// What the clips of a rank may hold together, bytes, unless a single one is larger: they are in memory until the
  /// round ends.
  static let mostBytes = 64 << 20
  /// The most clips of a rank, so that the progress is seen.
  static let mostClips = 16

  func rank(of clip: Int) -> Int { ranks[clip - clips.lowerBound] }

  /// Divides the clips of a store into rounds, in order. On one rank each round is one clip.
  ///
  /// - Parameter bytesPerPixel: of all that is computed.
  static func rounds(of clips: [Clip], bytesPerPixel: Int, ranks: Int) -> [DerivationRound] {
    let mostClips = ranks == 1 ? 1 : ranks * DerivationRound.mostClips
    var rounds: [DerivationRound] = []
    var start = 0
    while start < clips.count {
      var (end, bytes) = (start, 0)
      while end < clips.count, end - start < mostClips {
        bytes += clips[end].frames * clips[end].height * clips[end].width * bytesPerPixel
        guard end - start < ranks || bytes <= ranks * DerivationRound.mostBytes else { break }
        end += 1
      }
      rounds.append(DerivationRound(clips, start..<end, ranks: ranks))
      start = end
    }
    return rounds
  }

  /// Gives each clip, the longest first, to the rank that has the least.
  private init(_ all: [Clip], _ clips: Range<Int>, ranks: Int) {
    self.clips = clips
    var loads = Array(repeating: 0, count: ranks)
    var chosen = Array(repeating: 0, count: clips.count)
    func work(_ clip: Int) -> Int { all[clip].offset - all[clip].onset + 1 }
    for clip in clips.sorted(by: { (work($1), $0) < (work($0), $1) }) {
      let rank = loads.indices.min { (loads[$0], $0) < (loads[$1], $1) } ?? 0
      loads[rank] += work(clip)
      chosen[clip - clips.lowerBound] = rank
    }
    self.ranks = chosen
  }
}
