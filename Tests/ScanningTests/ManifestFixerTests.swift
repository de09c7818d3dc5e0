import AdmissionPolicy
import Fixes
import Foundation
import KubernetesAPI
import Manifests
import PodScoring
import Reports
import Testing

@testable import Scanning

/// Fixed manifests: what changes, what stays, and which score is announced.
@Suite struct ManifestFixerTests {
    /// The Pod of the article behind the hardening steps, before its first step.
    static let articlePod = """
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
          labels:
            app: web
        spec:
          containers:
          - name: web
            image: registry.example.com/web:1.0
            ports:
            - containerPort: 8080

        """

    /// Fixes a text with these classes.
    static func fixed(
        _ text: String,
        _ classes: [FixClass] = [.manifest, .application],
        ruleset: Ruleset = .podscoreV1,
        level: ScorePolicy.Level? = nil,
        standard: PodSecurityStandard? = nil
    ) -> FixedManifest {
        let policies = level.map { level in
            let policy = ScorePolicy(name: "p", namespaces: [NamePattern("*")], ruleset: ruleset, enforce: level)
            return PolicySet(policies: [policy], builtInDefault: policy, ownNamespace: "")
        }
        let goal = FixGoal(
            ruleset: ruleset,
            policies: policies,
            standard: standard,
            defaultNamespace: "default",
            today: CivilDate(daysSinceEpoch: 20_800)
        )
        return ManifestFixer(planner: FixPlanner(goal: goal, classes: Set(classes))).fix(Array(text.utf8), named: "f")
    }

    private static func text(_ manifest: FixedManifest) -> String {
        String(decoding: manifest.text.bytes, as: UTF8.self)
    }

    /// The scores of all objects of a text.
    private static func scores(_ text: String, _ ruleset: Ruleset) -> [Int] {
        ManifestScan(ruleset: ruleset).scan(Array(text.utf8), named: "f").compactMap { document -> Int? in
            guard case .scored(_, let report, _) = document.outcome else { return nil }
            return report.score
        }
    }

    @Test(arguments: ["\r", "\r\n", "\u{85}", "\u{2028}", "\u{2029}"])
    func `Manifests with any line break are fixed with the same line break`(lineBreak: String) {
        let text = Self.articlePod + "---\n" + Self.articlePod
        let manifest = Self.fixed(text.replacing("\n", with: lineBreak))
        #expect(Self.text(manifest) == Self.text(Self.fixed(text)).replacing("\n", with: lineBreak))
        #expect(manifest.isReached && manifest.objects.map(\.after.score) == [6, 6])
    }

    @Test func `Without demands everything of the chosen classes is fixed`() {
        let manifest = Self.fixed(Self.articlePod)
        #expect(
            Self.text(manifest) == Self.articlePod + """
                    securityContext:
                      allowPrivilegeEscalation: false
                      capabilities:
                        drop: [ALL]
                      readOnlyRootFilesystem: true
                  automountServiceAccountToken: false
                  securityContext:
                    seccompProfile:
                      type: RuntimeDefault

                """
        )
        #expect(manifest.isReached)
        #expect(manifest.objects.map(\.after.score) == [6])
        #expect(Self.scores(Self.text(manifest), .podscoreV1) == [6])
    }

    @Test func `The article's Pod reaches 12 with the user's values`() {
        let manifest = Self.fixed(Self.articlePod, [.manifest, .application, .image, .value])
        #expect(!manifest.isReached)
        #expect(manifest.objects[0].placeholders.count == 5)
        let filled = Self.text(manifest).replacing("YOUR-CPU", with: "100m").replacing("YOUR-MEMORY", with: "64Mi")
            .replacing("YOUR-SERVICE-ACCOUNT", with: "web")
        #expect(Self.scores(filled, .podscoreV1) == [16])
        #expect(Self.scores(filled, .kubesecV20) == [12])
        #expect(Self.fixed(filled, level: Self.minimum(12)).isReached)
        #expect(Self.fixed(filled, ruleset: .kubesecV20, level: Self.minimum(12)).isReached)
    }

    /// A level with a minimum score.
    private static func minimum(_ score: Int, require: [String] = []) -> ScorePolicy.Level {
        var level = ScorePolicy.Level()
        level.minimumScore = score
        level.require = require
        return level
    }

    @Test func `A minimum is reached with the safest and fewest changes`() {
        let manifest = Self.fixed(Self.articlePod, level: Self.minimum(4))
        #expect(manifest.isReached)
        #expect(manifest.objects[0].changes.flatMap(\.ids) == ["SeccompAny", "PrivilegeEscalationDisabled", "CapDropAll"])
        #expect(manifest.objects[0].after.score == 4)
        let required = Self.fixed(Self.articlePod, level: Self.minimum(2, require: ["CapDropAll"]))
        #expect(required.objects[0].changes.flatMap(\.ids) == ["CapDropAll"])
    }

    @Test func `What is out of reach is said with its classes`() {
        let manifest = Self.fixed(Self.articlePod, level: Self.minimum(12, require: ["RunAsNonRoot"]))
        #expect(!manifest.isReached)
        #expect(
            manifest.objects[0].shortfall == """
                score 6 is 6 below the minimum 12; required: RunAsNonRoot; still open: image +3 (RunAsGroup, RunAsNonRoot, RunAsUser), \
                value +8 (ServiceAccountName, ImagePinnedByDigest, LimitsCPU, LimitsMemory, RequestsCPU, RequestsMemory), \
                node +4 (ApparmorAny, HostUsers)
                """
        )
    }

    @Test func `A standard is met`() throws {
        let standard = try #require(PodSecurityStandard(parsing: "restricted@v1.31"))
        let text = Self.articlePod.replacing("spec:\n", with: "spec:\n  hostPID: true\n")
        let manifest = Self.fixed(text, [.manifest, .application, .image], standard: standard)
        #expect(manifest.isReached)
        #expect(
            manifest.objects[0].changes.flatMap(\.ids) == [
                "baseline/hostNamespaces", "restricted/allowPrivilegeEscalation", "restricted/capabilities_restricted",
                "restricted/runAsNonRoot", "restricted/seccompProfile_restricted",
            ]
        )
    }

    @Test func `A privileged container is not told to disable escalation alone, which the API server rejects`() {
        let text = Self.articlePod.replacing("    ports:", with: "    securityContext: {privileged: true}\n    ports:")
        let alone = Self.fixed(text, [.manifest])
        #expect(!Self.text(alone).contains("allowPrivilegeEscalation"))
        var level = ScorePolicy.Level()
        level.forbid = ["AllowPrivilegeEscalation"]
        let allowed = text.replacing("privileged: true", with: "privileged: true, allowPrivilegeEscalation: true")
        let forbidden = Self.fixed(allowed, level: level)
        #expect(!forbidden.text.isChanged && !forbidden.isReached)
        #expect(forbidden.objects[0].left.contains { $0.contains("fix Privileged and CapSysAdmin as well") })
        #expect(Self.text(Self.fixed(text)).contains("securityContext: {privileged: false, "))
        #expect(Self.text(Self.fixed(text)).contains("allowPrivilegeEscalation: false"))
    }

    @Test(
        arguments: [
            ("    volumeDevices: [{name: disk, devicePath: /dev/xvda}]\n    ports:", "rejects it beside volumeDevices"),
            ("    securityContext: {runAsUser: 65536}\n    ports:", "no ids above 65535"),
            ("    securityContext: {runAsGroup: 100000}\n    ports:", "no ids above 65535"),
            ("    securityContext: {runAsUser: 65535}\n    ports:", nil), ("    volumeDevices: []\n    ports:", nil),
        ] as [(String, String?)]
    )
    func `A Pod that cannot have a user namespace is not told to get one`(fields: String, reason: String?) {
        let text = Self.articlePod.replacing("    ports:", with: fields)
        let manifest = Self.fixed(text, [.node], level: Self.minimum(-9, require: ["HostUsers"]))
        #expect(manifest.isReached == (reason == nil))
        #expect(manifest.objects[0].left.contains { $0.contains(reason ?? "user namespace") } == (reason != nil))
    }

    @Test func `A container that is root gets another user beside runAsNonRoot`() {
        let text = Self.articlePod.replacing("    ports:", with: "    securityContext:\n      runAsUser: 0\n    ports:")
        let manifest = Self.fixed(text, [.image], level: Self.minimum(-9, require: ["RunAsNonRoot"]))
        #expect(Self.text(manifest).contains("runAsUser: 10001\n      runAsNonRoot: true\n"))
    }

    @Test func `Placeholders of an earlier run stay, and count as not fixed`() {
        let first = Self.fixed(Self.articlePod, [.value])
        let second = Self.fixed(Self.text(first), [.value])
        #expect(Self.text(second) == Self.text(first))
        #expect(second.objects[0].changes.isEmpty && !second.isReached)
        #expect(second.objects[0].after.score == 0)
        #expect(second.objects[0].placeholders.map(\.line) == [15, 16, 18, 19, 20])
    }

    @Test func `A value that an alias repeats stays, and the rest is fixed`() {
        let text = """
            apiVersion: v1
            kind: Pod
            metadata: {name: p}
            spec:
              containers:
              - name: a
                image: i
                securityContext: &c
                  privileged: true
              - name: b
                image: i
                securityContext: *c

            """
        let manifest = Self.fixed(text)
        #expect(Self.text(manifest).contains("securityContext: &c\n      privileged: true\n  - name: b"))
        #expect(Self.text(manifest).contains("automountServiceAccountToken: false"))
        #expect(!manifest.isReached)
        #expect(manifest.objects[0].left.contains { $0.contains("an alias repeats the value on line 8; the value is an alias on line 12") })
    }

    @Test func `Edits that would change another value are withdrawn, and those of other objects are made`() {
        // Without a line break at its end, the last line of a block scalar has none; any line behind it would add one.
        let last = Self.articlePod + "    args:\n    - |\n      serve"
        let manifest = Self.fixed(Self.articlePod + "---\n" + last)
        #expect(Self.text(manifest) == Self.text(Self.fixed(Self.articlePod)) + "---\n" + last)
        #expect(manifest.objects.map(\.isReached) == [true, false])
        #expect(manifest.objects[1].changes.isEmpty)
        #expect(manifest.objects[1].left.contains { $0.contains("its text cannot be edited safely") })
    }

    @Test func `An invalid document keeps its text as it is`() {
        let manifest = Self.fixed(Self.articlePod + "---\na: [\n")
        #expect(!manifest.text.isChanged)
        #expect(manifest.problems.count == 1)
    }

    @Test func `Items of lists and templates of workloads are fixed`() {
        let template = "template: {spec: {containers: [{name: c, image: i}]}}"
        let text = """
            apiVersion: v1
            kind: List
            items:
            - apiVersion: apps/v1
              kind: Deployment
              metadata: {name: d}
              spec: {\(template)}
            - apiVersion: batch/v1
              kind: CronJob
              metadata: {name: c}
              spec:
                jobTemplate: {spec: {\(template)}}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: s}

            """
        let manifest = Self.fixed(text, [.manifest])
        let fixed = """
            template: {spec: {containers: [{name: c, image: i, securityContext: {allowPrivilegeEscalation: false}}], \
            securityContext: {seccompProfile: {type: RuntimeDefault}}}}
            """
        #expect(Self.text(manifest) == text.replacing(template, with: fixed))
        #expect(manifest.objects.map(\.title) == ["Deployment/d.default", "CronJob/c.default"])
    }

    @Test(arguments: [
        ("argoproj.io/v1alpha1", "Rollout"), ("apps.openshift.io/v1", "DeploymentConfig"), ("serving.knative.dev/v1", "Service"),
    ])
    func `Templates of other projects' workloads are fixed`(version: String, kind: String) {
        let text = "apiVersion: \(version)\nkind: \(kind)\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{name: c}]}}}\n"
        let manifest = Self.fixed(text, [.manifest])
        #expect(manifest.isReached && manifest.objects.count == 1)
        #expect(Self.text(manifest).contains("{name: c, securityContext: {allowPrivilegeEscalation: false}}"))
    }

    @Test func `Fields that Windows Pods cannot have are not written`() {
        let text = Self.articlePod + "  os: {name: windows}\n"
        #expect(!Self.text(Self.fixed(text, FixClass.allCases, ruleset: .kubesecV2)).contains("seccompProfile"))
        #expect(Self.text(Self.fixed(text, FixClass.allCases)).contains("runAsNonRoot: true"))
    }
}

/// What holds for every manifest: the files of other tests in all forms.
@Suite struct FixedCorpusTests {
    private static let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

    /// The manifests of the rules' tests.
    private static let files: [URL] = {
        let folders = ["PodScoringTests/Corpus", "PodScoringTests/Fixtures"]
        return folders.flatMap { folder -> [URL] in
            let found = FileManager.default.enumerator(at: tests.appending(path: folder), includingPropertiesForKeys: nil)
            return (found?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "yaml" }.sorted { $0.path < $1.path }
        }
    }()

    private static let classes: [[FixClass]] = [[.manifest, .application], FixClass.allCases]

    private static func check(_ text: String, _ classes: [FixClass], _ ruleset: Ruleset, from file: URL) {
        let manifest = ManifestFixerTests.fixed(text, classes, ruleset: ruleset)
        let fixed = String(decoding: manifest.text.bytes, as: UTF8.self)
        let place = "\(file.lastPathComponent), \(classes.map(\.rawValue)), \(ruleset.name):\n\(fixed)"
        #expect(manifest.problems.isEmpty, "\(place)")
        let read = Array(ManifestStream(source: "f", bytes: manifest.text.bytes))
        #expect(read.count == Array(ManifestStream(source: "f", bytes: Array(text.utf8))).count, "\(place)")
        // What was announced is the score of the text without placeholders.
        let scores = read.compactMap { document -> Int? in
            guard case .object(let object, let node) = document.content, let object = object.reread(from: node.withoutPlaceholders)
            else { return nil }
            let report = Scorer(ruleset).score(ScoringSubject(object, context: .authored))
            return report.isScorable ? report.score : nil
        }
        #expect(manifest.objects.map { $0.after.score ?? 0 } == scores, "\(place)")
        for object in manifest.objects { #expect((object.before.score ?? 0) <= (object.after.score ?? 0), "\(place)") }
        let again = ManifestFixerTests.fixed(fixed, classes, ruleset: ruleset)
        #expect(!again.text.isChanged && again.objects.allSatisfy(\.changes.isEmpty), "\(place)")
        // No file of the corpus has an anchor or a tag, so nothing is left for its form.
        #expect(!manifest.objects.contains { $0.left.contains { $0.contains("cannot be edited safely") } }, "\(place)")
    }

    @Test(arguments: files, classes) func `A fixed file is as announced, and a second run changes nothing`(file: URL, classes: [FixClass])
        throws
    {
        let text = try String(contentsOf: file, encoding: .utf8)
        for ruleset in [Ruleset.podscoreV1, .kubesecV2, .kubesecV20] { Self.check(text, classes, ruleset, from: file) }
        guard classes == FixClass.allCases else { return }
        for lineBreak in ["\r\n", "\u{85}"] { Self.check(text.replacing("\n", with: lineBreak), classes, .podscoreV1, from: file) }
        let documents = Array(ManifestStream(source: "f", bytes: Array(text.utf8)))
        for node in documents.compactMap(\.node) {
            let json = Self.json(node)
            Self.check(json, classes, .podscoreV1, from: file)
            let object = try JSONSerialization.jsonObject(with: Data(json.utf8))
            let indented = try JSONSerialization.data(withJSONObject: object, options: [.prettyPrinted, .sortedKeys])
            Self.check(String(decoding: indented, as: UTF8.self), classes, .podscoreV1, from: file)
        }
    }

    /// Writes compact JSON.
    private static func json(_ node: ManifestNode) -> String {
        switch node.value {
        case .null: "null"
        case .bool(let value): String(value)
        case .integer(let value): String(value)
        case .number(let text): text
        case .string(let text): quoted(text)
        case .array(let elements): "[" + elements.map(json).joined(separator: ",") + "]"
        case .object(let members): "{" + members.map { quoted($0.key) + ":" + json($0.value) }.joined(separator: ",") + "}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var json = JSONWriter()
        json.write(text)
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
