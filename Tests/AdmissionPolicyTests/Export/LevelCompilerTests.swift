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
        let onLinux = "(variables.w?'':(c.s.?runAsUser.or(q.?runAsUser).orValue(0)<=10000?'_':''))"
        #expect(compiled.variables.map(\.name) == ["t", "s", "w", "k", "v", "d"])
        #expect(compiled["t"] == "[dyn(object)].map(x,x)[0]")
        #expect(compiled["s"] == "variables.t.spec")
        #expect(compiled["w"] == "variables.s.?os.?name.orValue('')=='windows'")
        #expect(
            compiled["k"] == """
                [variables.s].map(s,[s.?securityContext.orValue({})].map(q,(([{'n':dyn('Pod'),'s':dyn(q)}])+\
                (\(containers)).map(c,{'n':dyn('container "'+c.name+'"'),'s':dyn(c.?securityContext.orValue({}))}))\
                .map(c,{'n':dyn(c.n),'f':dyn((c.n=='Pod'?(s.?hostNetwork.orValue(false)?'a':''):\(onLinux)))}))[0])[0]
                """
        )
        #expect(
            compiled["v"] == """
                [[dyn(''),dyn(''),dyn('')]]+[variables.k.map(c,c.f).join('')].map(u,u==''?[]:[\
                ['0','r','RunAsUser','set ~runAsUser: 10001','_'],\
                ['0','f','HostNetwork','remove hostNetwork','a']\
                ].filter(e,u.contains(e[4])).map(e,e+variables.k.map(c,c.f.contains(e[4]),c.n)))[0]
                """
        )
        #expect(compiled["d"] == "variables.v.filter(e,e[1]>'-')")
        #expect(compiled.isViolated == "variables.d!=[]")
        #expect(compiled.message.hasPrefix("variables.d==[]?'':[[variables.d.map(e,{'r':'required ','f':'forbidden '}[e[1]]+e[2]+"))
        #expect(compiled.message.contains("' violates policy it\\'s'"))
        #expect(compiled.omissions.isEmpty)
    }

    @Test func `The whole of a large level is small enough`() {
        let names = ["RunAsNonRoot", "CapDropAll", "LimitsMemory", "RequestsCPU"]
        for standard in ["baseline@latest", "restricted@latest"] {
            let compiled = Self.compiled(require: names, forbid: ["Privileged", "HostPID"], standard: standard, minimum: .score(12))
            #expect(compiled.byteCount < 13_000, "\(standard): \(compiled.byteCount)")
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
        #expect(compiled["v"]?.contains("['0','-','Privileged',") == true)
        #expect(Self.compiled(standard: "baseline@latest", classes: .pods)["v"]?.contains("'Privileged'") == false)
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
        let rows = compiled["v"] ?? ""
        #expect(rows.contains("['-1','r','RunAsNonRoot',"))
        #expect(rows.contains("['-1','','CapDropAll',"))
        #expect(rows.contains("['-30','','Privileged',"))
        #expect(!rows.contains("'hostPorts'"))
        #expect(rows.contains("['0','s','hostPathVolumes',"))
    }

    @Test func `Checks that fail in the same places share a key`() {
        let demands = ["AllowPrivilegeEscalation", "PrivilegeEscalationDisabled", "WindowsHostProcess"]
        let compiled = Self.compiled(require: demands, standard: "restricted@v1.31", classes: .pods)
        let keys = compiled.rows.reduce(into: [String: String]()) { $0[$1[2]] = $1[4] }
        #expect(keys["PrivilegeEscalationDisabled"] == keys["allowPrivilegeEscalation"])
        #expect(keys["WindowsHostProcess"] == keys["windowsHostProcess"])
        #expect(Set(keys.values).count == keys.count - 2, "\(keys)")
        for key in Set(keys.values) { #expect((compiled["k"] ?? "").contains("?'\(key)':'')"), "\(key)") }
        #expect((compiled["k"] ?? "").split(separator: ".?hostProcess.or(").count == 2)
    }

    @Test func `A minimum is scaled for Windows`() {
        let fixed = Self.compiled(minimum: .score(12), classes: .pods)
        #expect(fixed.isViolated.hasSuffix("variables.d!=[]||v.map(e,int(e[0])).sum()<(v[0][0]=='10'?6:12))"))
        #expect(Self.compiled(minimum: .score(0), classes: .pods).isViolated.hasSuffix(".sum()<0)"))
        let labelled = Self.compiled(minimum: .expression("int('9')"), classes: .pods)
        #expect(labelled["m"] == "int('9')")
        #expect(labelled.isViolated.contains("(variables.m>0&&v[0][0]=='10'?(variables.m*10+20)/21:variables.m)"))
    }

    @Test func `Points of a policy change the score and the best one`() {
        let ruleset = Ruleset.podscoreV1.overriding(points: [("RunAsNonRoot", 5), ("HostAliases", 0), ("VolumeClaimRequestsStorage", 2)])
        let compiled = Self.compiled(ruleset: ruleset, minimum: .score(5))
        let rows = compiled["v"] ?? ""
        #expect(rows.contains("['-5','','RunAsNonRoot',"))
        #expect(!rows.contains("'HostAliases'"))
        #expect(rows.contains("request.kind.kind in ['Pod','Deployment',"))
    }

    @Test func `A ruleset that is not in CEL has no minimum`() {
        let compiled = Self.compiled(ruleset: .kubesecV2, require: ["RunAsNonRoot"], minimum: .score(5))
        #expect(compiled.omissions == ["The minimum score is left out: CEL cannot score by kubesec/v2."])
        #expect(!compiled.isViolated.contains("sum()"))
        #expect(compiled["v"]?.contains("'r','RunAsNonRoot'") == true)
    }

    @Test func `A standard before v1.19 is left out`() {
        let compiled = Self.compiled(require: ["RunAsNonRoot"], standard: "baseline@v1.18")
        #expect(compiled.omissions.count == 1)
        #expect(compiled.omissions.first?.hasPrefix("podSecurityStandard baseline@v1.18 is left out. ") == true)
    }

    /// A fix ends a line of a message with a parenthesis, and the message is cut after one with a comma.
    @Test func `No fix looks like the end of a line`() {
        let fixes = RuleCatalog.builtIn.map(\.fix) + StandardCheckCatalog.all.map(\.fix)
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

    /// The rows of the table of checks, in which no text has a quotation mark.
    fileprivate var rows: [[String]] {
        let table = (self["v"] ?? "").split(separator: "?[]:[[").last?.split(separator: "]].filter(e,").first ?? ""
        return table.split(separator: "],[").map { row in
            let parts = row.split(separator: "'", omittingEmptySubsequences: false)
            return stride(from: 1, to: parts.count, by: 2).map { String(parts[$0]) }
        }
    }

    fileprivate var byteCount: Int {
        variables.reduce(isViolated.utf8.count + message.utf8.count) { $0 + $1.expression.utf8.count }
    }
}
