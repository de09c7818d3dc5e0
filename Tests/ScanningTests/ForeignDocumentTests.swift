import AdmissionPolicy
import Manifests
import PodScoring
import Reports
import Testing

@testable import Scanning

/// What is stored beside manifests and is none.
@Suite struct ForeignDocumentTests {
    private static let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n"

    /// Scans a text and writes each result in a few words.
    private static func lines(
        _ text: String,
        from origin: TextOrigin,
        named name: String = "f.yaml",
        ruleset: Ruleset = .podscoreV1
    ) -> [String] {
        var stream = ScannedStream(Array(text.utf8), named: name, from: origin, by: ManifestScan(ruleset: ruleset))
        var lines: [String] = []
        while let document = stream.next() {
            switch document.outcome {
            case .scored: lines.append("scored \(document.objectName)")
            case .skipped(_, let why, _): lines.append("skipped: \(why)" + (document.fails ? ", fails" : ""))
            case .invalid(let problem): lines.append(problem)
            }
        }
        return lines
    }

    @Test(arguments: [
        ("apiVersion: v2\nname: shop\nversion: 1.0.0\n", "Chart.yaml", "kind is missing"),
        ("replicas: 3\n", "values.yaml", "apiVersion and kind are missing"),
        ("kind: DaemonSet\nspec: 5\n", "d/values-prod.yaml", "apiVersion is missing"),
        ("kind: DaemonSet\n", "d/prod.values.YML", "apiVersion is missing"),
        ("resources: [a.yaml]\n", "kustomization.yml", "apiVersion and kind are missing"),
        ("apiVersion: kustomize.config.k8s.io/v1beta1\nmetadata: {name: k}\n", "kustomization.yaml", "kind is missing"),
        ("apiVersion: 1\ndatasources: []\n", "grafana.yaml", "kind is missing"), ("apiVersion: v1\nkind:\n", "a.yaml", "kind is missing"),
        ("a: [\n", "broken.yaml", "kind is missing"), ("a: 1\na: 2\n", "a.yaml", "kind is missing"),
        ("[1, 2]", "f.json", "apiVersion and kind are missing"), ("1.2.3", "f.yaml", "apiVersion and kind are missing"),
    ])
    func `Charts, values, kustomizations and other settings are skipped in a directory`(text: String, name: String, missing: String) {
        #expect(Self.lines(text, from: .found(isInChart: false), named: name) == ["skipped: not a Kubernetes object: \(missing)"])
        #expect(Self.lines(text, from: .found(isInChart: true), named: name).isEmpty)
        let named = Self.lines(text, from: .named(path: name), named: name)
        #expect(named.count == 1 && named[0] != "skipped: not a Kubernetes object: \(missing)")
    }

    @Test(arguments: [
        ("apiVersion: v1\nmetadata: {name: p}\nspec: {}\n", "pod.yaml"),
        ("\u{A0}\n{\"kind\": \"Pod\"}", "pod.yaml"), ("--- |\n  kind: Pod\n", "pod.yaml"), (pod + "spec: 5\n", "values.yaml"),
        (pod + "kind: Pod\n", "Chart.yaml"), ("# {{\n" + pod + "spec: {hostPID: 1}\n", "templates/pod.yaml"),
        ("# {{\n---x\n" + pod, "pod.yaml"), ("apiVersion: v1\nkind: Pod\nspec: &a [*a]\n", "pod.yaml"),
    ])
    func `What may be meant as an object is invalid in every directory`(text: String, name: String) {
        for origin in [TextOrigin.found(isInChart: false), .found(isInChart: true)] {
            let lines = Self.lines(text, from: origin, named: name)
            #expect(lines.count == 1 && lines[0].hasPrefix(name + ":"), "\(lines)")
        }
    }

    @Test func `A template is skipped in a directory, and invalid in a named file, with the command that renders it`() {
        let text = Self.pod + "spec: {{ .Values.spec }}\n---\n" + Self.pod
        let hint = "Helm template: render it first: helm template DIR | podscore scan -"
        #expect(Self.lines(text, from: .found(isInChart: false)) == ["skipped: \(hint)", "scored Pod/p.default"])
        #expect(Self.lines(text, from: .found(isInChart: true)) == ["scored Pod/p.default"])
        let named = Self.lines(text, from: .stream)
        #expect(named == ["f.yaml:4:8: a key must be a single value, not a mapping or a list; \(hint)", "scored Pod/p.default"])
        #expect(Self.lines("kind: '{{ x }}", from: .found(isInChart: false), ruleset: .kubesecV2) == ["skipped: \(hint)"])
    }

    @Test func `JSON with comments is skipped in a directory, and invalid in a named file`() {
        let text = "{\n  // Options: for all\n  \"compilerOptions\": {\"target\": \"es5\"} // c\n}\n"
        #expect(
            Self.lines(text, from: .found(isInChart: false), named: "tsconfig.json") == [
                "skipped: JSON with comments, which is not a manifest"
            ]
        )
        let named = Self.lines(text, from: .named(path: "tsconfig.json"), named: "tsconfig.json")
        #expect(named == ["tsconfig.json:2:3: unexpected '/', expected a key"])
    }

    @Test(arguments: [Ruleset.podscoreV1, .kubesecV2])
    func `What helm prints before the manifests of a chart from a registry is skipped`(ruleset: Ruleset) {
        let text = "Pulled: registry.example.com/charts/shop:1.4.2\nDigest: sha256:2f8a\n---\n" + Self.pod
        let lines = Self.lines(text, from: .stream, ruleset: ruleset)
        #expect(lines == ["skipped: printed by helm, not a manifest", "scored Pod/p.default"])
        #expect(
            Self.lines("---\n" + Self.pod + "---\nPulled: a\nDigest: b\n", from: .stream).last != "skipped: printed by helm, not a manifest"
        )
    }
}
