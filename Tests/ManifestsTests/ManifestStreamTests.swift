import KubernetesAPI
import Manifests
import Testing

struct ManifestStreamTests {
    /// Reads a text and returns each document as `INDEX[.ITEM…] LINE KIND/NAME`, or as its error.
    private func summary(_ text: String, source: String = "file") -> [String] {
        ManifestStream(source: source, bytes: Array(text.utf8)).map { document in
            let place = ([document.index] + document.itemPath).map(String.init).joined(separator: ".") + " \(document.position.line) "
            switch document.content {
            case .object(let object, _): return place + "\(object.apiVersion) \(object.kind)/\(object.metadata.name)"
            case .empty: return place + "empty"
            case .invalid: return document.errorLine ?? ""
            }
        }
    }

    @Test func `Each document of a YAML stream is an object, empty or invalid`() {
        let text = """
            # Source: chart/a.yaml
            apiVersion: v1
            kind: Pod
            metadata: {name: a}
            ---
            # Source: chart/b.yaml
            ---
            kind: Pod
              bad: indent
            --- # c
            kind: Pod
            spec:
              hostNetwork: 'yes'
            ---
            - x
            ---
            kind: ConfigMap
            metadata:
              name: z
            """
        #expect(
            summary(text) == [
                "0 2 v1 Pod/a", "1 7 empty", "file:9:6: mapping values are not allowed in this context",
                "file:13:16: spec.hostNetwork: expected boolean, found string", "file:15:1: expected object, found array",
                "5 17  ConfigMap/z",
            ]
        )
    }

    @Test(arguments: ["", "# nothing\n", "  \n"])
    func `A source without content has no documents`(text: String) {
        #expect(summary(text) == [])
    }

    @Test func `Each item of a list is a document`() {
        let text = """
            apiVersion: v1
            kind: List
            items:
            - {apiVersion: v1, kind: Pod, metadata: {name: a}}
            - apiVersion: v1
              kind: List
              items:
              - {kind: Pod, metadata: {name: b}}
            - {apiVersion: v1, kind: Pod, spec: {hostNetwork: 1}}
            ---
            {apiVersion: apps/v1, kind: DeploymentList, items: [{metadata: {name: d}, spec: {template: {spec: {hostPID: true}}}}]}
            ---
            {kind: PodList, items: []}
            ---
            {kind: PodList, items: }
            ---
            {kind: AllowList, metadata: {name: e}}
            ---
            {kind: AllowList, metadata: {name: f}, items: [], spec: {}}
            """
        #expect(
            summary(text) == [
                "0.0 4 v1 Pod/a", "0.1.0 8  Pod/b", "file:9:51: spec.hostNetwork: expected boolean, found number",
                "1.0 11 apps/v1 Deployment/d", "2 13  PodList/", "3 15  PodList/", "4 17  AllowList/e", "5 19  AllowList/f",
            ]
        )
    }

    @Test func `An item of a typed list is decoded by the kind of the list`() throws {
        let text = "{kind: DeploymentList, items: [{spec: {template: {spec: {hostPID: true}}}}]}"
        let document = try #require(ManifestStream(source: "f", bytes: Array(text.utf8)).first { _ in true })
        guard case .object(let object, _) = document.content, case .template(let template, _) = object.content else {
            Issue.record("no template")
            return
        }
        #expect(template.spec.hostPID == true)
    }

    @Test(arguments: [
        ("{\"kind\":\"Pod\"}", ["0 1  Pod/"]),
        ("\n {\n\t\"kind\": \"Pod\"\n}\n", ["0 2  Pod/"]),
        ("\u{FEFF}{\"kind\":\"Pod\"}", ["0 1  Pod/"]),
        ("{\"kind\":\"A\"}\n{\"kind\":\"B\"}\n{\"kind\":\"C\"}", ["0 1  A/", "1 2  B/", "2 3  C/"]),
        ("{\"kind\":\"A\"}\n{\"kind\":}\n{\"kind\":\"C\"}", ["0 1  A/", "file:2:9: unexpected '}', expected a value", "2 3  C/"]),
        (
            "{\"kind\":\n{\"kind\":\"B\"}\n{\"kind\":\"C\"}",
            ["file:3:1: unexpected '{', expected ',' or '}'; the bracket at line 1, column 1 is not closed", "1 2  B/", "2 3  C/"]
        ),
        (
            "{\"kind\":\"A\"}\n{\"a\":[\n{\"kind\":\"C\"}\n",
            ["0 1  A/", "file:4:1: the document ends too early; the bracket at line 2, column 6 is not closed", "2 3  C/"]
        ),
        ("{\"kind\":\"A\"}\n---\n{\"kind\":\"B\"}", ["0 1  A/", "1 3  B/"]),
        ("{\"kind\":\"A\"} # comment", ["0 1  A/"]),
        ("{kind: A}\n---\nkind: B", ["0 1  A/", "1 3  B/"]),
        ("{\n  \"kind\": \"A\",\n  \"kind\": \"B\"\n}", ["file:3:4: duplicate key \"kind\""]),
        ("{\"a\": [1, 2", ["file:1:12: the document ends too early; the bracket at line 1, column 7 is not closed"]),
        ("\u{FEFF}{\"a\": \u{1}}", ["file:1:7: unexpected byte 0x1, expected a value"]),
        ("{\"a\":\"\\/\u{7F}\"}", ["0 1  /"]),
    ])
    func `JSON is read as JSON, also line by line, and YAML that looks like JSON as YAML`(text: String, expected: [String]) {
        #expect(summary(text) == expected)
    }

    @Test(arguments: [
        (
            "{apiVersion: v1, metadata: {name: team}\n---\nkind: A\n---\nkind: B",
            [
                "file:2:1: did not find expected ',' or '}'; the bracket at line 1, column 1 is not closed, or a comma is missing",
                "1 3  A/",
                "2 5  B/",
            ]
        ),
        (
            "{\"kind\": \"A\", \"x\": {\"y\": [\"}]\"]\n}\n--- # c\nkind: B\n---\nkind: C",
            ["file:3:1: unexpected '-', expected ',' or '}'; the bracket at line 1, column 1 is not closed", "1 4  B/", "2 6  C/"]
        ),
        (
            "{\"a\":\n---\nkind: B",
            ["file:2:1: malformed number; the bracket at line 1, column 1 is not closed", "1 3  B/"]
        ),
        ("{\"kind\": \"A\"}\n{\"kind\": \"B\"}\n---#c\nkind: C", ["0 1  A/", "1 2  B/", "2 4  C/"]),
        ("{\"kind\": \"A\"}\n  kind: B\n  metadata: {}", ["0 1  A/", "1 2  B/"]),
        ("{\"kind\": \"\\ud83d\\ude00\"}\n---\nkind: B", ["0 1  😀/", "1 3  B/"]),
        ("{\"kind\": \"A\"}\n{kind: B}\n---\nkind: C", ["0 1  A/", "1 2  B/", "2 4  C/"]),
        ("{\"kind\": \"A\"} {\"kind\":}\n---\nkind: C", ["0 1  A/", "1 1  /", "2 3  C/"]),
    ])
    func `YAML behind JSON is read, also if the JSON is broken`(text: String, expected: [String]) {
        #expect(summary(text) == expected)
    }

    @Test(arguments: [
        ("kind: A\nitems: [{kind: B}, {kind: Pod, spec: {hostPID: true}}]", ["0 1  A/", "0.0 2  B/", "0.1 2  Pod/"]),
        ("kind: Pod\napiVersion: v1\nitems: [{metadata: {name: a}}]", ["0 1 v1 Pod/", "0.0 3 v1 Pod/a"]),
        ("{kind: List, spec: {}, items: [{kind: B}]}", ["0 1  List/", "0.0 1  B/"]),
        ("{kind: List, items: [{items: [{kind: B}]}]}", ["0.0.0 1  B/"]), ("items: [{kind: B}]", ["0 1  /"]),
        ("{kind: A, items: [b]}", ["0 1  A/"]), ("{kind: A, items: }", ["0 1  A/"]), ("{kind: A, items: {}}", ["0 1  A/"]),
        ("{kind: List, items: [b]}", ["file:1:22: expected object, found string"]),
        ("{\"kind\": \"A\", \"items\": [{\"kind\": \"B\"}]}", ["0 1  A/", "0.0 1  B/"]),
    ])
    func `The items of every kind of object are documents, as for kubectl`(text: String, expected: [String]) {
        #expect(summary(text) == expected)
    }

    @Test(
        arguments: [
            ("kind: {{ .Values.kind }}", .template), ("{{- if .Values.x }}\nkind: Pod\n{{- end }}", .template),
            ("kind: Pod\nmetadata:\n  {{- toYaml . | nindent 2 }}", .template), ("{\"kind\": {{ .Values.kind }}}", .template),
            ("{\n  // c\n  \"a\": [1],\n  /* d */ \"b\": 2,\n}", .commentedJSON), ("{\"a\": 1, // c: d, e: f\n}", nil),
            ("kind: '{{ .Values.kind }}", .template), ("kind: 'http://a\n", nil), ("{\"a\": \"http://a\"", .withoutKind),
            ("name: a\nb", .withoutKind), ("a: 1\na: 1", .withoutKind), ("{\"a\": 1, \"a\": 2}", .withoutKind),
            ("a: 1\na: \"\\u006bind\"", nil),
            ("a: 1\na: 1\n!!binary a2luZA==: Pod", nil), ("a: *b", nil), ("{\"a\":\n{{- if .x }}\n}", .template),
            ("# {{\nkind: Pod\nkind: Pod", nil), ("# {{\nkind: \"\\'\\a\"", nil), ("# {{\n---x", nil), ("# {{\n*a", nil),
            ("{\"kind\": \"{{\", \"kind\": \"Pod\"}", nil), ("kind: '{{ x }}'", nil),
        ] as [(String, ForeignText?)]
    )
    func `Texts that are certainly no manifests are recognized`(text: String, expected: ForeignText?) throws {
        let document = try #require(ManifestStream(source: "f", bytes: Array(text.utf8)).first { _ in true })
        #expect(document.foreignText == expected)
    }

    @Test func `Many brackets that are not closed are reported in time proportional to the text`() {
        let text = String(repeating: "{\"a\": [\n---\n", count: 20_000)
        #expect(summary(text).count == 20_001)
    }

    @Test func `Unlimited nesting in JSON is rejected at once`() {
        let text = String(repeating: "[", count: 64_000)
        #expect(summary(text) == ["file:1:257: nested deeper than 256 levels"])
    }

    @Test func `A hundred thousand invalid lines are all reported`() {
        let text = "{\"kind\":\"A\"}\n" + String(repeating: "{\"kind\":}\n", count: 100_000)
        #expect(summary(text).count == 100_001)
    }

    @Test func `Objects that are not closed are reported in time proportional to the text`() {
        // Each object is read to the maximum depth. If each were read again, 50,000 reports would cost 256 times the text.
        let text = String(repeating: "{\"a\":\n", count: 50_000)
        let lines = summary(text)
        #expect(200..<1_000 ~= lines.count && lines.first == "file:257:1: nested deeper than 256 levels")
    }

    @Test func `The tree of an object has the positions of its fields`() throws {
        let text = "kind: Pod\nspec:\n  containers:\n  - name: a\n    securityContext:\n      runAsNonRoot: false\n"
        let document = try #require(ManifestStream(source: "f", bytes: Array(text.utf8)).first { _ in true })
        guard case .object(_, let node) = document.content else {
            Issue.record("no object")
            return
        }
        #expect(node.position(ofPath: "spec.containers[0].securityContext.runAsNonRoot") == Position(line: 6, column: 7))
        #expect(node.position(ofPath: "spec.containers[0].securityContext.runAsUser") == Position(line: 5, column: 5))
    }
}
