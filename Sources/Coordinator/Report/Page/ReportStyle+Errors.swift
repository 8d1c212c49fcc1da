extension ReportStyle {
  /// Of the clips that were named wrongly.
  static let errors = """
    .clips { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr)); gap: 16px 24px;
      margin-top: 12px; }
    .clips figcaption { color: var(--ink); font-size: 13.5px; line-height: 1.4; margin-top: 4px;
      overflow-wrap: anywhere; }
    .clips figcaption small { display: block; color: var(--muted); font-size: 12.5px; }
    svg.clip { max-width: 340px; margin: 0; border-radius: 4px; }
    #errors td.left { white-space: normal; overflow-wrap: anywhere; min-width: 110px; }
    #errors .warnings { margin: 6px 0 0; padding-left: 20px; font-size: 14px; }
    @media print { .clips { grid-template-columns: repeat(3, 1fr); gap: 8px 14px; }
      .clips figure { break-inside: avoid; } }
    """
}
