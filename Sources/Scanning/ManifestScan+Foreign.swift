import KubernetesAPI
import Manifests
import Reports

/// Texts that are stored beside manifests, or printed with them, and that are not manifests.
extension ManifestScan {
    /// Why a document is skipped although it is no manifest; `nil` for all others.
    ///
    /// Only what kubectl can't create is skipped. In a file that was named, it is an error instead.
    func foreignReason(of document: ManifestDocument, from origin: TextOrigin) -> String? {
        if document.isHelmPreamble { return "printed by helm, not a manifest" }
        guard origin.isFound else { return nil }
        switch document.foreignText {
        case .template: return templateHint(for: document, from: origin)
        case .commentedJSON: return "JSON with comments, which is not a manifest"
        case .withoutKind: return "not a Kubernetes object: kind is missing"
        case nil: break
        }
        guard let node = document.node, document.itemPath.isEmpty else { return nil }
        let (lacksVersion, lacksKind) = (node.lacks("apiVersion"), node.lacks("kind"))
        guard lacksVersion || lacksKind, document.isNoManifest || Self.isNeighbour(document.source) else { return nil }
        let missing = lacksVersion && lacksKind ? "apiVersion and kind are" : lacksKind ? "kind is" : "apiVersion is"
        return "not a Kubernetes object: \(missing) missing"
    }

    /// Skips a document.
    ///
    /// kubesec fails for objects of unknown kinds, so that a file without kind fails under its rulesets; templates and the like have no kind.
    func foreignDocument(_ document: ManifestDocument, _ reason: String) -> ScannedDocument {
        ScannedDocument(
            fileName: document.source,
            outcome: .skipped(KubernetesObject(), why: reason, nil),
            objectName: ScannedDocument.unknownName,
            countsAsInKubesec: endsAsKubesec && document.foreignText == nil && !document.isHelmPreamble
        )
    }

    /// Skips the templates and values in a Helm chart with one line; `path` is its directory.
    func chart(_ name: String, at path: String) -> ScannedDocument {
        ScannedDocument(
            fileName: name,
            outcome: .skipped(KubernetesObject(), why: HelmChart.skipReason(of: path), nil),
            objectName: ScannedDocument.unknownName
        )
    }

    /// The advice for a document that is a template; `nil` for all others.
    func templateHint(for document: ManifestDocument, from origin: TextOrigin) -> String? {
        guard document.foreignText == .template else { return nil }
        var chart: String?
        if case .named(let path) = origin { chart = HelmChart.directory(above: path) }
        return "Helm template: render it first: \(HelmChart.command(rendering: chart))"
    }

    /// Whether files of that name are no manifests: charts, their values and kustomizations.
    private static func isNeighbour(_ path: String) -> Bool {
        guard let name = path.utf8.split(separator: UInt8(ascii: "/")).last.flatMap({ String($0)?.lowercased() }) else { return false }
        let stems = [".yaml", ".yml"].filter(name.hasSuffix).map { name.dropLast($0.count) }
        return stems.contains { stem in
            let words = stem.split { $0 == "-" || $0 == "." || $0 == "_" }
            return stem == "chart" || stem == "kustomization" || words.contains("values")
        }
    }
}

extension ManifestDocument {
    /// Whether the document is what `helm template oci://…` writes before the manifests of the chart.
    fileprivate var isHelmPreamble: Bool {
        guard index == 0, itemPath.isEmpty, let node, case .object(let members) = node.value, members.count == 2 else { return false }
        return node["Pulled"] != nil && node["Digest"] != nil
    }
}
