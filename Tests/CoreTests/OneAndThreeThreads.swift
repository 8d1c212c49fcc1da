@testable import Core

/// What `compute` gives on one thread and on three.
///
/// The pool is made once and never closed, since other tests may be at work on it. A call from inside of its work runs
/// on one thread; while another test has the pool, both do, and the comparison shows nothing, but is never wrong.
func onOneAndThreeThreads<Result>(_ compute: () -> Result) -> (one: Result?, three: Result) {
  Parallel.use(threads: 3)
  var one: Result?
  Parallel.forEach(2) { index in
    if index == 0 { one = compute() }
  }
  return (one, compute())
}
