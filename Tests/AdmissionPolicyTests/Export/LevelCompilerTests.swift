import PodScoring
import Testing

@testable import AdmissionPolicy

/// The CEL of a level.
///
/// That it decides as Podscore does is tested against an API server, in `Tests/Cluster`.
@Suite struct LevelCompilerTests {
    @Test func `A small level reads like this`() {
        let compiled = Self.compiled(require: ["RunAsUser"], forbid: ["HostNetwork"], classes: .pods)
        let containers = "s.?initContainers.orValue([])+s.containers+s.?ephemeralContainers.orValue([])"
        let onLinux = "(w?'':(c.s.?runAsUser.or(q.?runAsUser).orValue(0)<=10000?'0':''))"
        #expect(compiled.variables.map(\.name) == ["k", "u"])
        #expect(
            compiled["k"] == """
                [dyn(object)].map(t,[t.spec].map(s,[s.?os.?name.orValue('')=='windows'].map(w,[s.?securityContext.orValue({})].map(q,\
                (([{'k':dyn(''),'n':dyn('Pod'),'s':q}])+\
                (\(containers)).map(c,{'k':dyn('container "'),'n':c.name,'s':c.?securityContext.orValue({})}))\
                .map(c,[string(c.k),string(c.n),(c.n=='Pod'?(has(s.hostNetwork)?'1':''):\(onLinux))]))[0])[0])[0])[0]
                """
        )
        #expect(compiled["u"] == "'01'.findAll('[ '+variables.k.map(c,c[2]).join('')+']')")
        #expect(compiled.isViolated == "variables.u[?0].orValue('~')<='1'")
        let rows = "'0|r|RunAsUser|set ~runAsUser: 10001|0;0|f|HostNetwork|remove hostNetwork|1'"
        let lines = """
            \(rows).split(';').map(e,e.split('|')).filter(e,e[4] in variables.u)\
            .map(e,e+variables.k.map(c,c[2].contains(e[4]),c[0]+c[1]+(c[0]==''?'':'"')))
            """
        #expect(
            compiled.message.hasPrefix(
                "\(compiled.isViolated)?[\(lines)].map(v,[v.filter(e,e[1]>'-')].map(d,[[d.map(e,{'r':'required ','f':'forbidden '}[e[1]]+e[2]+"
            )
        )
        #expect(compiled.message.contains("' violates policy it\\'s'"))
        #expect(compiled.omissions.isEmpty)
    }

    @Test func `The whole of a large level is small enough`() {
        let names = ["RunAsNonRoot", "CapDropAll", "LimitsMemory", "RequestsCPU"]
        for standard in ["baseline@latest", "restricted@latest"] {
            let compiled = Self.compiled(require: names, forbid: ["Privileged", "HostPID"], standard: standard, minimum: .score(12))
            #expect(compiled.byteCount < 12_500, "\(standard): \(compiled.byteCount)")
        }
    }

    @Test func `A level without demands is violated only by new ephemeral containers`() {
        #expect(Self.compiled().classes == .ephemeralContainers)
        let compiled = Self.compiled(classes: [.pods, .workloads])
        #expect(compiled.classes.isEmpty)
        #expect(compiled.isViolated == "false")
        #expect(compiled.variables.isEmpty)
    }

    @Test func `New ephemeral containers are judged even if the level demands nothing of rules`() {
        let compiled = Self.compiled(standard: "baseline@latest")
        #expect(compiled.classes == [.pods, .ephemeralContainers, .workloads])
        #expect(compiled.message.contains(";0|-|Privileged|"))
        #expect(compiled["u"]?.hasPrefix("(request.?subResource.orValue('')=='ephemeralcontainers'&&") == true)
        #expect(compiled["u"]?.contains("?['!']:[])+'!0") == true)
        let pods = Self.compiled(standard: "baseline@latest", classes: .pods)
        #expect(!pods.message.contains("|Privileged|"))
        #expect(pods["u"]?.hasPrefix("'0") == true)
    }

    @Test(arguments: [
        ("LimitsCPU", true), ("RequestsMemory", true), ("RunAsNonRoot", false),
    ])
    func `A resize is judged only if the level requires resources`(rule: String, isJudged: Bool) {
        let compiled = Self.compiled(require: [rule])
        #expect(compiled.classes.contains(.resize) == isJudged)
        #expect((compiled["r"] != nil) == isJudged)
    }

    @Test func `A demand that is left out leaves its points`() {
        let compiled = Self.compiled(
            require: ["RunAsNonRoot", "CapDropAll"],
            forbid: ["Privileged"],
            standard: "baseline@latest",
            minimum: .score(5),
            omitting: ["CapDropAll", "Privileged", "baseline/hostPorts"],
            classes: .pods
        )
        #expect(compiled.message.contains("'1|r|RunAsNonRoot|"))
        #expect(compiled.message.contains(";1||CapDropAll|"))
        #expect(compiled.message.contains(";30||Privileged|"))
        #expect(!compiled.message.contains("|hostPorts|"))
        #expect(compiled.message.contains(";0|s|hostPathVolumes|"))
    }

    @Test func `Checks that fail in the same places share a key`() {
        let demands = ["AllowPrivilegeEscalation", "PrivilegeEscalationDisabled", "WindowsHostProcess"]
        let compiled = Self.compiled(require: demands, standard: "restricted@v1.31", classes: .pods)
        let keys = compiled.rows.reduce(into: [String: String]()) { $0[$1[2]] = $1[4] }
        #expect(keys["PrivilegeEscalationDisabled"] == keys["allowPrivilegeEscalation"])
        #expect(keys["WindowsHostProcess"] == keys["windowsHostProcess"])
        #expect(Set(keys.values).count == keys.count - 2, "\(keys)")
        for key in Set(keys.values) { #expect((compiled["k"] ?? "").contains("?'\(key)':''"), "\(key)") }
        #expect((compiled["k"] ?? "").split(separator: ".?hostProcess.or(").count == 2)
    }

    @Test func `A minimum is scaled for Windows`() {
        let fixed = Self.compiled(minimum: .score(12), classes: .pods)
        #expect(fixed.isViolated.hasPrefix("('~' in variables.u?10:21)-variables.u.map(x,["))
        #expect(fixed.isViolated.hasSuffix("~'.indexOf(x)]).sum()<('~' in variables.u?6:12)"))
        #expect(fixed["k"]?.contains("w?'~':''") == true)
        #expect(Self.compiled(minimum: .score(0), classes: .pods).isViolated.hasSuffix(".sum()<0"))
        let labelled = Self.compiled(minimum: .expression("int('9')"), classes: .pods)
        #expect(labelled["m"] == "int('9')")
        #expect(labelled.isViolated.hasSuffix("<(variables.m>0&&'~' in variables.u?(variables.m*10+20)/21:variables.m)"))
    }

    @Test func `A request of which only a part is judged has no score`() {
        let score = "(variables.p?('~' in variables.u?10:21)-"
        #expect(Self.compiled(minimum: .score(12)).isViolated.contains(score))
        #expect(Self.compiled(minimum: .score(12)).isViolated.contains(".sum():1000000)<"))
    }

    @Test func `Points of a policy change the score and the best one`() {
        let ruleset = Ruleset.podscoreV1.overriding(points: [("RunAsNonRoot", 5), ("HostAliases", 0), ("VolumeClaimRequestsStorage", 2)])
        let compiled = Self.compiled(ruleset: ruleset, minimum: .score(5))
        #expect(compiled.rows.contains { $0[0] == "5" && $0[2] == "RunAsNonRoot" })
        #expect(!compiled.rows.contains { $0[2] == "HostAliases" })
        #expect(compiled.isViolated.contains("request.kind.kind in ['Pod','Deployment',"))
    }

    @Test func `A ruleset that is not in CEL has no minimum`() {
        let compiled = Self.compiled(ruleset: .kubesecV2, require: ["RunAsNonRoot"], minimum: .score(5))
        #expect(compiled.omissions == ["The minimum score is left out: CEL cannot score by kubesec/v2."])
        #expect(!compiled.isViolated.contains("sum()"))
        #expect(compiled.message.contains("'0|r|RunAsNonRoot|"))
    }

    @Test func `A standard before v1.19 is left out`() {
        let compiled = Self.compiled(require: ["RunAsNonRoot"], standard: "baseline@v1.18")
        #expect(compiled.omissions.count == 1)
        #expect(compiled.omissions.first?.hasPrefix("podSecurityStandard baseline@v1.18 is left out. ") == true)
    }

    @Test func `There are enough keys for all checks`() {
        #expect(LevelEntry.keys.utf8.count >= RuleCatalog.builtIn.count + StandardCheckCatalog.all.count)
        let all = [LevelEntry.newContainersKey] + LevelEntry.keys.map(String.init) + [LevelEntry.windowsKey]
        #expect(all == Array(Set(all)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        #expect(LevelEntry.keys.allSatisfy { !" \\^-[]'\"|;".contains($0) })
    }

    /// A fix ends a line of a message with a parenthesis, and the message is cut after one with a comma.
    @Test func `No fix looks like the end of a line or of a part of the table`() {
        let fixes = RuleCatalog.builtIn.map(\.fix) + StandardCheckCatalog.all.map(\.fix)
        #expect(fixes.allSatisfy { !$0.contains("|") && !$0.contains(";") })
        #expect(fixes.allSatisfy { !$0.contains(")") && !$0.contains(LevelEntry.abbreviation) && $0.utf8.count < 100 })
    }

    private static func compiled(
        ruleset: Ruleset = .podscoreV1,
        require: [String] = [],
        forbid: [String] = [],
        standard: String? = nil,
        minimum: LevelCompiler.Minimum = .none,
        omitting omitted: [String] = [],
        classes: RequestClasses = .all
    ) -> CompiledLevel {
        var level = ScorePolicy.Level()
        level.require = require
        level.forbid = forbid
        level.podSecurityStandard = standard.flatMap { PodSecurityStandard(parsing: $0) }
        let policy = ScorePolicy(name: "it's", namespaces: [], ruleset: ruleset, enforce: level)
        return LevelCompiler(policy: policy, level: level, minimum: minimum, omitting: omitted, classes: classes).compiled()
    }
}

extension CompiledLevel {
    fileprivate subscript(name: String) -> String? { variables.first { $0.name == name }?.expression }

    /// The rows of the table of checks.
    fileprivate var rows: [[String]] {
        let table = message.split(separator: "'.split(';')").first?.split(separator: "'").last ?? ""
        return table.split(separator: ";").map { $0.split(separator: "|", omittingEmptySubsequences: false).map(String.init) }
    }

    fileprivate var byteCount: Int {
        variables.reduce(isViolated.utf8.count + message.utf8.count) { $0 + $1.expression.utf8.count }
    }
}
