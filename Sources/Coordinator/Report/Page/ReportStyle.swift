/// The look of index.html: light and dark, phone and A4, no fonts or files from elsewhere.
enum ReportStyle {
  static let css = """
    :root { color-scheme: light dark; \(light) }
    @media (prefers-color-scheme: dark) { :root { \(dark) } }
    * { box-sizing: border-box; }
    html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
    body { margin: 0; background: var(--page); color: var(--ink); line-height: 1.5; font-size: 15.5px;
      font-family: ui-sans-serif, system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "DejaVu Sans",
      sans-serif; }
    main, header > div, footer > div { max-width: 1120px; margin: 0 auto; padding: 0 24px; }
    header { background: var(--surface); border-bottom: 1px solid var(--line); padding: 12px 0 10px; }
    footer { border-top: 1px solid var(--line); margin-top: 40px; padding: 16px 0 32px; color: var(--muted); }
    .skip { position: absolute; left: -999px; } .skip:focus { left: 8px; top: 8px; background: var(--surface);
      padding: 8px 12px; z-index: 9; }
    :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
    .title { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 0 20px; }
    h1 { font-size: 26px; line-height: 1.15; margin: 0 0 2px; letter-spacing: -0.02em; overflow-wrap: anywhere; }
    h2 { font-size: 22px; margin: 48px 0 4px; letter-spacing: -0.012em; overflow-wrap: anywhere; }
    h3, h4 { font-size: 15.5px; margin: 0 0 2px; overflow-wrap: anywhere; } h4 { font-size: 13.5px; }
    p { margin: 4px 0 14px; max-width: 88ch; }
    a { color: var(--accent); text-underline-offset: 2px; }
    .eyebrow { color: var(--accent); font-size: 12.5px; font-weight: 650; letter-spacing: 0.09em;
      text-transform: uppercase; margin: 0; }
    .quiet, figcaption { color: var(--muted); font-size: 13.5px; }
    .lead { color: var(--muted); font-size: 14px; margin: 2px 0 6px; max-width: none; }
    .chips { display: flex; flex-wrap: wrap; gap: 6px; padding: 0; margin: 0 0 6px; list-style: none; }
    .chips li { border: 1px solid var(--line); border-radius: 999px; padding: 1px 10px; font-size: 13px;
      background: var(--page); }
    .chips b { font-weight: 650; }
    .chips .caution { border-color: var(--warn); color: var(--warn); }
    nav { display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 14px; }
    nav a { text-decoration: none; } nav a:hover { text-decoration: underline; }
    .card { background: var(--surface); border: 1px solid var(--line); border-radius: 14px; padding: 18px 20px;
      margin: 14px 0 0; min-width: 0; }
    .grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 16px;
      margin-top: 14px; }
    .grid > .card { margin: 0; }
    .stack { display: grid; gap: 16px; align-content: start; min-width: 0; } .stack > .card { margin: 0; }
    figure { margin: 0; } figcaption { margin-top: 8px; }
    svg.chart { display: block; width: 100%; height: auto; margin: 8px auto 0; max-width: 560px; }
    .panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 232px), 1fr)); gap: 10px 18px;
      margin-top: 4px; }
    .panels svg.chart { margin: 0; max-width: 420px; } .panels .whisker { stroke-width: 2.4; }
    .panels svg text { font-size: 11.5px; }
    svg.wide { max-width: none; min-width: 760px; }
    #overview h2 { margin-top: 12px; } #overview .card { margin-top: 10px; padding: 9px 20px; }
    #overview th, #overview td { padding: 3px 8px; } #overview caption { padding: 0; }
    #overview th:first-child { padding-left: 0; } #overview td:last-child, #overview th:last-child { padding-right: 0; }
    #overview th[scope=row] { min-width: 150px; } #overview th[scope=row] small { white-space: normal; }
    td.left small.under { white-space: normal; min-width: 128px; }
    .answer { font-size: 15.5px; max-width: none; margin: 2px 0 0; line-height: 1.45; }
    .checks { list-style: none; margin: 8px 0 0; padding: 0; display: grid; gap: 6px 28px; font-size: 14px;
      grid-template-columns: repeat(auto-fit, minmax(min(100%, 310px), 1fr)); }
    .checks li { display: flex; gap: 10px; } .mark { flex: none; width: 20px; height: 20px; border-radius: 50%;
      text-align: center; line-height: 20px; font-size: 12.5px; font-weight: 700; margin-top: 1px;
      color: var(--surface); }
    .holds .mark { background: var(--second); } .caution .mark { background: var(--warn); }
    .broken .mark { background: var(--bad); }
    small.under { display: block; font-size: 12px; }
    pre { overflow-x: auto; margin: 10px 0 0; padding: 12px 14px; background: var(--page); border-radius: 8px;
      border: 1px solid var(--line); font-size: 13.5px; }
    pre.command { margin: 0 0 16px; white-space: pre-wrap; overflow-wrap: anywhere; }
    .alert { border-color: var(--warn); background: var(--warn-page); padding: 10px 20px; font-size: 14px; }
    .alert h2 { margin: 0; font-size: 16px; } .alert h3 { margin-top: 6px; font-size: 14px; } .alert p { margin: 0; }
    .alert ul { margin: 0; padding-left: 20px; }
    .scroll { overflow-x: auto; margin: 0 -20px; padding: 0 20px; background: \(edges); }
    table { border-collapse: separate; border-spacing: 0; width: 100%; font-size: 14.5px;
      font-variant-numeric: tabular-nums; }
    caption { text-align: left; color: var(--muted); font-size: 13.5px; padding-bottom: 6px; }
    th, td { text-align: right; padding: 7px 10px; border-bottom: 1px solid var(--line); white-space: nowrap;
      vertical-align: baseline; }
    thead th { color: var(--muted); font-size: 12.5px; font-weight: 600; vertical-align: bottom; padding-top: 2px; }
    tbody tr:last-child > * { border-bottom: 0; }
    th:first-child, td:first-child { padding-left: 0; } th:last-child, td:last-child { padding-right: 0; }
    th[scope=row], .left { text-align: left; } th[scope=row] { font-weight: 600; white-space: normal;
      overflow-wrap: anywhere; min-width: 84px; }
    th[scope=row] small { display: block; font-weight: 400; color: var(--muted); font-size: 12.5px;
      white-space: nowrap; }
    th[scope=row] small.wrap { white-space: normal; max-width: 34ch; } tr.absent > * { color: var(--muted); }
    td small { color: var(--muted); font-weight: 400; }
    .center { text-align: center; } thead th.group { text-align: center; }
    thead tr:first-child:not(:last-child) > * { border-bottom: 0; padding-bottom: 0; }
    tr.title > th { color: var(--muted); font-weight: 400; font-style: italic; padding-top: 14px; }
    tr.summary > * { color: var(--muted); font-weight: 400; white-space: nowrap; }
    tr.ours > * { background: var(--tint); }
    tr.ours > :first-child { box-shadow: -8px 0 var(--tint); }
    tr.ours > :last-child { box-shadow: 8px 0 var(--tint); }
    .meter { display: inline-block; vertical-align: middle; margin: 0 12px 2px 0; width: 92px; height: 8px; }
    .tag { display: inline-block; border: 1px solid var(--line); color: var(--muted); border-radius: 6px;
      font-size: 11.5px; font-weight: 500;
      padding: 0 6px; margin-left: 8px; vertical-align: 2px; letter-spacing: 0; white-space: nowrap; }
    .key { display: inline-block; width: 10px; height: 10px; border-radius: 50%; margin: 0 5px 0 10px;
      border: 2px solid var(--second); }
    .key.bar { width: 0; height: 13px; border-radius: 0; border: 1px solid var(--ink); vertical-align: -2px; }
    .key.full { background: var(--accent); border-color: var(--accent); } p.note { margin: 10px 0 0; max-width: none; }
    .term { white-space: nowrap; } sup { line-height: 0; }
    code { font-family: ui-monospace, "SF Mono", Menlo, "DejaVu Sans Mono", monospace; font-size: 0.88em;
      overflow-wrap: anywhere; }
    details { margin-top: 14px; } summary { cursor: pointer; color: var(--accent); font-size: 14px; }
    dl { display: grid; grid-template-columns: max-content 1fr; gap: 6px 18px; margin: 0; font-size: 14px; }
    dt { font-weight: 600; } dd { margin: 0; color: var(--muted); overflow-wrap: anywhere; }
    \(charts)
    \(errors)
    \(phone)
    \(print)
    @media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
    """

  static let light = """
    --page: #f5f6f8; --surface: #fff; --ink: #161a22; --muted: #596273; --line: #e2e5ea; --accent: #2b50cf;
    --heat: #1e3fae;
    --tint: #f0f3fd; --published: #8a95a6; --paper: #5f6b7d; --leaky: #b84e12; --second: #0b7f68; --warn: #a8410b;
    --warn-page: #fff7ef; --bad: #b3261e; --heat-mid: #161a22; --heat-upper: #000; --heat-high: #fff; --cell: #f1f3f7;
    --shade: #7c8cb480;
    """
  static let dark = """
    --page: #0d1016; --surface: #151a23; --ink: #e9ecf2; --muted: #9ba5b5; --line: #29303c; --accent: #86a5ff;
    --heat: #8fb0ff;
    --tint: #1a2236; --published: #667286; --paper: #98a3b5; --leaky: #ff9d61; --second: #4bcfae; --warn: #ffab70;
    --warn-page: #241a12; --bad: #ff8a80; --heat-mid: #fff; --heat-upper: #000; --heat-high: #0d1016; --cell: #1c222d;
    --shade: #9fb4f070;
    """
  /// Shadows at the edges of what can be scrolled sideways: there only where something is hidden, because the covers
  /// above them move with the content.
  private static let edges = """
    linear-gradient(to right, var(--surface) 20px, transparent) left / 56px 100% no-repeat local, \
    linear-gradient(to left, var(--surface) 20px, transparent) right / 56px 100% no-repeat local, \
    linear-gradient(to right, var(--shade), transparent) left / 22px 100% no-repeat scroll, \
    linear-gradient(to left, var(--shade), transparent) right / 22px 100% no-repeat scroll
    """
  static let charts = """
    svg text { fill: var(--ink); font-size: 12px; font-variant-numeric: tabular-nums; }
    svg .muted { fill: var(--muted); } svg .end { text-anchor: end; } svg .middle { text-anchor: middle; }
    svg .small { font-size: 10.5px; } svg .strong { font-weight: 700; }
    svg .halo { paint-order: stroke; stroke: var(--surface); stroke-width: 3.5; stroke-linejoin: round; }
    svg .axis { stroke: var(--line); stroke-width: 1; } svg .rule { stroke: var(--muted); stroke-width: 1.3;
      stroke-dasharray: 3 3; }
    svg .ours { fill: var(--accent); } svg .leaky { fill: none; stroke: var(--leaky); stroke-width: 1.6; }
    svg .published { fill: var(--published); } svg .paper { fill: var(--paper); } svg .track { fill: var(--line); }
    svg .hatch { stroke: var(--surface); stroke-width: 1.8; }
    svg .cell { fill: var(--cell); } svg .heat { fill: var(--heat); }
    svg .hit { fill: none; stroke: var(--heat); stroke-width: 1.4; }
    svg text.mid { fill: var(--heat-mid); } svg text.upper { fill: var(--heat-upper); }
    svg text.high { fill: var(--heat-high); }
    svg .dot { fill: var(--accent); fill-opacity: 0.72; stroke: var(--surface); stroke-width: 1; }
    svg .dot.second { fill: var(--second); } svg .dot.third { fill: var(--paper); }
    svg .dot.open { fill: var(--surface); fill-opacity: 1; stroke: var(--leaky); stroke-width: 1.7; }
    svg .ring { fill: var(--surface); stroke: var(--second); stroke-width: 2.2; } svg .solid { fill: var(--accent); }
    svg .link { stroke: var(--published); stroke-width: 3; stroke-linecap: round; }
    svg .curve { fill: none; stroke: var(--accent); stroke-width: 2; stroke-linejoin: round; }
    svg .curve.second { stroke: var(--second); stroke-width: 1.6; }
    svg .band { fill: var(--accent); fill-opacity: 0.16; } svg .band.second { fill: var(--second); }
    svg .whisker { stroke: var(--ink); stroke-opacity: 0.55; stroke-width: 1.4; } svg .inside { fill: var(--surface); }
    svg .mean { stroke: var(--ink); stroke-width: 2; stroke-linecap: round; }
    """
}
