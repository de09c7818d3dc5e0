import PodScoring

/// The list of failing checks of a level as CEL, `variables.v`, and that of the checks which violate the level, `variables.d`.
///
/// Its first element is a header: the best possible score, an empty text, the best possible score on Linux, then the places of new ephemeral
/// containers. The others are the rows of those ``LevelEntry`` that fail somewhere, each with its places. So the sum of the first texts of all
/// elements is the score. The elements of `d` are among those of `v`.
struct LevelResults {
    /// The index of the first place in an element.
    static let firstPlace = 5

    /// The checks.
    let entries: [LevelEntry]
    /// The best possible scores; `nil` for a level without a minimum, which needs no score.
    let best: BestScores?
    /// The kinds of requests to decide.
    let classes: RequestClasses

    /// A best score that no minimum exceeds, for requests of which only a part is judged.
    private static let scoreOfParts = 1_000_000

    /// The variables; they read those of ``SubjectVariables``.
    var variables: [CELVariable] {
        [CELVariable(name: "v", expression: failing), CELVariable(name: "d", expression: "variables.v.filter(e,\(isDemanded))")]
    }

    /// Whether the level, and not only its minimum, is violated by a failing check `e`.
    private var isDemanded: String {
        let code = CELText.literal(LevelEntry.newContainersCode)
        let isNew = "||e[1]==\(code)&&e.exists(c,c in variables.v[0])"
        return "e[1]>\(code)" + (classes.contains(.ephemeralContainers) ? isNew : "")
    }

    private var failing: String {
        let rows = "[\(entries.map(\.row).joined(separator: ","))]"
        // A resize violates only what the old Pod did not.
        let isNew = classes.contains(.resize) ? "&&!(variables.r.size()>1&&variables.r[1].exists(c,c.f.contains(e[4])))" : ""
        let failing = "\(rows).filter(e,u.contains(e[4])\(isNew)).map(e,e+variables.k.map(c,c.f.contains(e[4]),c.n))"
        return "[\(header)]+[variables.k.map(c,c.f).join('')].map(u,u==''?[]:\(failing))[0]"
    }

    private var header: String {
        let judgesParts = classes.contains(.ephemeralContainers) || classes.contains(.resize)
        let own = best.map { judgesParts ? "variables.p?(\($0.ofObject)):'\(Self.scoreOfParts)'" : $0.ofObject } ?? "''"
        let facts = "[dyn(\(own)),dyn(''),dyn(\(best?.onLinux ?? "''"))]"
        guard classes.contains(.ephemeralContainers) else { return facts }
        return facts + "+(variables.j==[]?[]:[dyn('Pod')]+variables.j.map(c,dyn('container \"'+c.name+'\"')))"
    }
}
