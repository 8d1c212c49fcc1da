import Foundation

/// What a thread does between two pieces of its own work: messages move while it computes, or times are taken.
public struct Interlude {
  private let play: (_ done: Int, _ count: Int) -> Void

  /// - Parameter play: called in each `forEach` of the thread, before its first index and after each that it has done,
  ///   with the number of those done and the count of the call.
  public init(_ play: @escaping (_ done: Int, _ count: Int) -> Void) { self.play = play }

  func callAsFunction(_ done: Int, _ count: Int) { play(done, count) }

  /// Calls `work`; the interlude is played in all calls of `Parallel.forEach` that this thread makes in it.
  public func during<Result>(_ work: () throws -> Result) rethrows -> Result {
    try withUnsafePointer(to: self) { interlude in
      let outer = pthread_getspecific(Interlude.key)
      pthread_setspecific(Interlude.key, interlude)
      defer { pthread_setspecific(Interlude.key, outer) }
      return try work()
    }
  }

  /// That of the calling thread, if it has one.
  static var ofThisThread: Interlude? {
    pthread_getspecific(key)?.assumingMemoryBound(to: Interlude.self).pointee
  }

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    guard pthread_key_create(&key, nil) == 0 else { preconditionFailure("no thread-specific data is left") }
    return key
  }()
}
