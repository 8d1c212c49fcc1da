import Core

/// `microfold plan`: prints what a sweep would do.
struct PlanAction {
  let options: PlanOptions
  let console: Console

  func run() throws {
    let plan = try RunPlan(options)
    if options.isJSON {
      console.line(PlanText.json(plan, options).canonicalText())
    } else {
      for line in PlanText.lines(plan, options) { console.line(line) }
    }
  }
}
