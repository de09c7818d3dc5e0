import KubernetesAPI
import PodScoring

extension ScanCommand {
    /// Takes options from a file where the command line has none, and returns the names of those that the command line overrides.
    mutating func take(_ configuration: ScanConfiguration) -> [ScanConfiguration.Key] {
        var overridden: [ScanConfiguration.Key] = []
        /// Whether a key of the file counts, because the command line does not have its option.
        func takes(_ key: ScanConfiguration.Key, unless isGiven: Bool) -> Bool {
            guard configuration.lines[key] != nil else { return false }
            if isGiven { overridden.append(key) }
            return !isGiven
        }
        let hasPolicy = decisions.policy != nil
        if takes(.policy, unless: hasPolicy || thresholds.areGiven || !rules.isEmpty) { decisions.policy = configuration.policyPath }
        if takes(.minimumScore, unless: hasPolicy || thresholds.minimumScore != nil) {
            thresholds.minimumScore = configuration.minimumScore
        }
        if takes(.require, unless: hasPolicy || !thresholds.require.isEmpty) { thresholds.require = configuration.require }
        if takes(.forbid, unless: hasPolicy || !thresholds.forbid.isEmpty) { thresholds.forbid = configuration.forbid }
        if takes(.namespace, unless: namespace != nil) { namespace = configuration.namespace }
        if takes(.ruleset, unless: ruleset != nil) { ruleset = configuration.ruleset }
        if takes(.standard, unless: standard != nil) { standard = configuration.standard }
        if takes(.include, unless: !input.files.include.isEmpty) { input.files.include = configuration.include }
        if takes(.exclude, unless: !input.files.exclude.isEmpty) { input.files.exclude = configuration.exclude }
        if takes(.format, unless: report.format != nil) { report.format = configuration.format }
        if takes(.strict, unless: report.strict) { report.strict = configuration.strict ?? false }
        if takes(.allowEmpty, unless: allowEmpty) { allowEmpty = configuration.allowEmpty ?? false }
        return overridden
    }

    /// The options in use as lines of YAML, each with its origin.
    func optionLines(from configuration: ScanConfiguration?, overridden: [ScanConfiguration.Key]) -> [String] {
        let policy = decisions.policy.map(Self.quoted)
        let standardName = standard.map { Self.quoted($0.standard.description) }
        let rows: [(key: ScanConfiguration.Key, value: String?, isDefault: Bool)] = [
            (.policy, policy, false), (.namespace, Self.quoted(namespaceInUse), namespace == nil),
            (.ruleset, Self.quoted(rulesetInUse.ruleset.name), ruleset == nil),
            (.minimumScore, thresholds.minimumScore.map { "\($0)" }, false), (.require, Self.list(thresholds.require), false),
            (.forbid, Self.list(thresholds.forbid), false), (.standard, standardName, false),
            (.include, Self.list(input.files.include), false), (.exclude, Self.list(input.files.exclude), false),
            (.format, Self.quoted(report.form.chosenFormat.rawValue), report.format == nil),
            (.strict, "\(report.strict)", !report.strict), (.allowEmpty, "\(allowEmpty)", !allowEmpty),
        ]
        return rows.compactMap { key, value, isDefault in
            guard let value else { return nil }
            let line = overridden.contains(key) ? nil : configuration?.lines[key]
            let place = configuration.flatMap { configuration in line.map { "\(configuration.file):\($0)" } }
            return "\(key.rawValue): \(value)  # \(place ?? (isDefault ? "default" : "command line"))"
        }
    }

    private static func list(_ values: [String]) -> String? {
        values.isEmpty ? nil : "[\(values.map(quoted).joined(separator: ", "))]"
    }

    /// The text as a string of JSON, which is also one of YAML.
    private static func quoted(_ text: String) -> String {
        var json = JSONWriter()
        json.write(text)
        return String(decoding: json.bytes, as: UTF8.self)
    }
}

extension ScanConfiguration {
    /// The path of the policy, seen from the working directory.
    fileprivate var policyPath: String? {
        guard let policy, !policy.hasPrefix("/"), let slash = file.utf8.lastIndex(of: UInt8(ascii: "/")) else { return policy }
        return String(file[...slash]) + policy
    }
}
