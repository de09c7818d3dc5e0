import PodScoring

/// The keys of the checks that fail as CEL, `variables.u`, and their meaning: the score, violated demands, and the lines of messages.
///
/// An API server evaluates the message even of objects that violate nothing. So the verdict reads only the keys, and the table of checks, with
/// the places of those that fail, is read for a message alone.
struct LevelResults {
    /// The index of the first place in a line of ``lines``.
    static let firstPlace = 5
    /// A score that is above any minimum, for requests of which only a part is judged.
    static let scoreOfParts = "1000000"

    /// The checks.
    let entries: [LevelEntry]
    /// The best possible scores; `nil` for a level without a minimum, which needs no score.
    let best: BestScores?
    /// The kinds of requests to decide.
    let classes: RequestClasses

    /// Whether only a part of some objects is judged.
    var judgesParts: Bool { classes.contains(.ephemeralContainers) || classes.contains(.resize) }

    /// The variable; it reads those of ``SubjectVariables``.
    var variables: [CELVariable] {
        let keys = "\(CELText.literal(known)).findAll('[ '+variables.k.map(c,c[2]).join('')+']')"
        // A resize violates only what the old Pod did not.
        let isNew = "!(variables.r.size()>1&&variables.r[1].exists(c,c[2].contains(x)))"
        let new = classes.contains(.resize) ? "\(keys).filter(x,\(isNew))" : keys
        return [CELVariable(name: "u", expression: inNewContainers.map { "(\($0)?['\(LevelEntry.newContainersKey)']:[])+\(new)" } ?? new)]
    }

    /// Whether a demand is violated; `nil` for a level without demands.
    ///
    /// Demands come first, so the first key tells.
    var isDemandViolated: String? {
        let last = entries.filter(\.isDemanded).map(\.key).max() ?? (inNewContainers == nil ? nil : LevelEntry.newContainersKey)
        return last.map { "variables.u[?0].orValue('\(LevelEntry.windowsKey)')<='\($0)'" }
    }

    /// The score of the object, as an int in CEL.
    var score: String? {
        guard let best else { return nil }
        let points = known.map { key in String(entries.filter { $0.key == String(key) }.reduce(0) { $0 + $1.points }) }
        let lost = "variables.u.map(x,[\(points.joined(separator: ","))][\(CELText.literal(known)).indexOf(x)]).sum()"
        return judgesParts ? "(variables.p?\(best.ofObject)-\(lost):\(Self.scoreOfParts))" : "\(best.ofObject)-\(lost)"
    }

    /// The rows of the checks that fail, each with its places: a list in CEL.
    var lines: String {
        // Literals of lists would be a third longer, and only a message reads the table.
        let rows = "\(CELText.literal(entries.map(\.row).joined(separator: ";"))).split(';').map(e,e.split('|'))"
        let place = "c[0]+c[1]+(c[0]==''?'':'\"')"
        return "\(rows).filter(e,e[4] in variables.u).map(e,e+variables.k.map(c,c[2].contains(e[4]),\(place)))"
    }

    /// Whether the level, and not only its minimum, is violated by a failing check `e`.
    var isDemanded: String {
        let code = CELText.literal(LevelEntry.newContainersCode)
        guard inNewContainers != nil else { return "e[1]>\(code)" }
        let places = "['Pod']+variables.j.map(c,\(CELText.literal(SubjectVariables.container))+c.name+'\"')"
        return "e[1]>\(code)||e[1]==\(code)&&variables.u[0]=='\(LevelEntry.newContainersKey)'&&e.exists(c,c in \(places))"
    }

    /// All keys in ascending order.
    private var known: String {
        var keys: [String] = []
        for entry in entries where !keys.contains(entry.key) { keys.append(entry.key) }
        let first = inNewContainers == nil ? "" : LevelEntry.newContainersKey
        return first + keys.joined() + (best?.differOnWindows == true ? LevelEntry.windowsKey : "")
    }

    /// Whether a new ephemeral container, or its Pod, fails a check that only such containers must not fail; `nil` without such checks.
    private var inNewContainers: String? {
        let keys = entries.filter { $0.demand == .noneButInNewContainers }.map(\.key)
        guard classes.contains(.ephemeralContainers), !keys.isEmpty else { return nil }
        let isNew = "c[1] in variables.j.map(x,x.name)+['Pod']&&c[2].matches('[\(keys.joined())]')"
        return "\(SubjectVariables.subResource)=='ephemeralcontainers'&&variables.k.exists(c,\(isNew))"
    }
}
