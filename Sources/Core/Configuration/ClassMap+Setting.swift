extension SettingValue where Value == ClassMap {
  /// A preset's name, or a list of emotions, of lists of emotions and of classes with a name and emotions.
  static var classes: SettingValue {
    SettingValue(
      allowed: "\(ClassPreset.names.joined(separator: ", ")), or a list of emotions",
      read: { node, _, path, faults in
        var reader = ClassReader(path: path)
        let classes = reader.classes(node)
        faults += reader.faults
        return reader.faults.isEmpty ? classes : nil
      },
      write: { classes, _ in
        .list(
          classes.groups.indices.map { index in
            let emotions = JSONNode.list(classes.groups[index].map { .string($0) })
            guard classes.hasOwnName(index) else { return emotions }
            return .members(["name": .string(classes.names[index]), "emotions": emotions])
          })
      })
  }
}
