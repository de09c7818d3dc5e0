package import KubernetesAPI

/// The options of a floor that is kept in a cluster, as an annotation of its objects records them: with them the export can be repeated.
package struct FloorOptions: Sendable, Equatable {
    /// The annotation.
    package static let annotation = "podscore.dev/floor-options"

    /// The minimum score; `nil` without one.
    package var minimum: Int?
    /// The mode of the server.
    package var mode = EnforcementMode.enforce
    /// Podscore's Namespace; empty if it was not given.
    package var ownNamespace = ""
    /// Further Namespaces that are left out.
    package var excludedNamespaces: [String] = []

    /// The options of a floor without a minimum.
    package init() {}

    /// Reads the text of the annotation; `nil` if it has an unknown option.
    package init?(parsing text: String) {
        for word in text.split(separator: " ") {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
            guard parts.count == 2, let name = Name(rawValue: parts[0]) else { return nil }
            switch name {
            case .minimum:
                guard let number = Int(parts[1]) else { return nil }
                minimum = number
            case .mode:
                guard let known = EnforcementMode(rawValue: parts[1]) else { return nil }
                mode = known
            case .ownNamespace: ownNamespace = parts[1]
            case .excludedNamespace: excludedNamespaces.append(parts[1])
            }
        }
    }

    /// The options as they are written in a command line; Namespaces have no spaces in their names.
    package var text: String {
        var words: [(name: Name, value: String)] = minimum.map { [(.minimum, String($0))] } ?? []
        words += [(.mode, mode.rawValue), (.ownNamespace, ownNamespace)]
        words += excludedNamespaces.map { (.excludedNamespace, $0) }
        return words.filter { !$0.value.isEmpty }.map { "\($0.name.rawValue)=\($0.value)" }.joined(separator: " ")
    }

    private enum Name: String {
        case minimum = "--floor-minimum"
        case mode = "--mode"
        case ownNamespace = "--own-namespace"
        case excludedNamespace = "--exclude-namespace"
    }
}

extension PolicyExporter {
    /// An exporter of the floor of policies with options.
    package init(floorOf policies: PolicySet, options: FloorOptions, today: CivilDate) {
        self.init(
            policies,
            scope: .floor(minimum: options.minimum),
            mode: options.mode,
            today: today,
            excludedNamespaces: options.excludedNamespaces
        )
    }
}
