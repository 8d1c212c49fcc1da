/// The page on a phone and on paper.
extension ReportStyle {
  /// Tables are scrolled sideways below their first column, which stays.
  static let phone = """
    @media (max-width: 640px) {
      main, header > div, footer > div { padding: 0 16px; } header { padding: 18px 0 12px; }
      h1 { font-size: 25px; } h2 { margin-top: 40px; } .card, #overview .card { padding: 14px; border-radius: 12px; }
      .scroll { margin: 0 -14px; padding: 0 14px; } dl { grid-template-columns: 1fr; gap: 0; }
      dd { margin-bottom: 8px; } .meter { display: block; margin: 3px 0 3px auto; }
      th[scope=row] { min-width: 104px; } th[scope=row] small { white-space: normal; } th, td { padding: 7px 5px; }
      .stack th[scope=row] { min-width: 32px; } .stack table { font-size: 13.5px; }
      thead th, .term { white-space: normal; }
      th[scope=row], thead th:first-child { position: sticky; left: 0; z-index: 1; background: var(--surface); }
      caption { position: sticky; left: 0; width: calc(100vw - 62px); }
      svg text { font-size: 13.5px; } svg .small { font-size: 11.5px; }
    }
    """

  /// Cards of tables and text may continue on the next page, at a row that leaves two on each side; figures may not.
  static let print = """
    @media print {
      :root { color-scheme: light; \(light) --page: #fff; }
      @page { size: A4; margin: 14mm; }
      * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
      body { font-size: 10.5pt; } header { padding-top: 0; } .skip, nav, footer, details:not([open]) { display: none; }
      main, header > div { padding: 0; max-width: none; }
      figure, tr, li, dd, .checks li, section > p { break-inside: avoid; }
      h2, h3, h4, caption, thead, section > p:first-of-type { break-after: avoid; }
      tbody tr:first-child { break-after: avoid; } tbody tr:last-child { break-before: avoid; }
      p { orphans: 3; widows: 3; }
      .card, #overview .card { padding: 10px 12px; box-decoration-break: clone; -webkit-box-decoration-break: clone; }
      h2 { margin-top: 22px; } table { font-size: 8.6pt; } th, td { padding: 4px 5px; white-space: normal; }
      th[scope=row] { min-width: 0; } table small, th[scope=row] small, small.under { font-size: 7.4pt;
        white-space: normal; }
      .scroll { overflow: visible; margin: 0; padding: 0; background: none; }
      svg.wide { min-width: 0; } .checks { grid-template-columns: 1fr 1fr; font-size: 9pt; }
      pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 8pt; }
      .grid { grid-template-columns: 1fr 1fr; gap: 10px; } .meter { width: 60px; }
      .answer { font-size: 10.5pt; } figure:has(.panels) { break-inside: auto; }
      .card:has(.checks) { break-inside: avoid; } #overview th[scope=row] { min-width: 118px; }
      td.left small.under { min-width: 0; } .panels > div { break-inside: avoid; }
      .panels { grid-template-columns: 1fr 1fr; gap: 6px 12px; } .panels svg.chart { max-width: 260px; }
      .dataset { display: block; } .dataset > .stack { display: block; }
      .dataset > .stack:first-child { display: grid; grid-template-columns: 1fr 1fr; gap: 10px; }
      .stack > .card + .card, .stack + .stack { margin-top: 10px; }
      .dataset > .stack:first-child > .card { margin-top: 0; }
    }
    """
}
