import PodScoring

/// The list of failing checks of a level as CEL.
///
/// Its first element is a header: the best possible score, an empty text, the best possible score on Linux, then the places of new ephemeral
/// containers. The others are those ``LevelEntry`` that fail in some place. So the sum of the first texts of all is the score.
struct LevelResults {
    /// The checks.
    let entries: [LevelEntry]
    /// The best possible scores; `nil` for a level without a minimum, which needs no score.
    let best: BestScores?
    /// The kinds of requests to decide.
    let classes: RequestClasses

    /// A best score that no minimum exceeds, for requests of which only a part is judged.
    private static let scoreOfParts = 1_000_000

    /// The list as CEL.
    var expression: String {
        let bindings = SubjectBindings(for: entries, in: classes)
        let checks = entries.map(\.text).joined(separator: ",\n")
        let failing = "[\(header)]+[\n\(checks)\n].filter(e,e.size()>4)"
        let results = bindings.binding(around: failing)
        guard classes.contains(.resize) else { return "[object].map(x,\(results))[0]" }
        // A resize violates only what the old Pod did not. No header equals an id.
        let objects = "(request.?subResource.orValue('')=='resize'?[object,oldObject]:[object]).map(x,\(results))"
        let isKept = "e.size()<5||!y[1].exists(d,d[2]==e[2])"
        return "[\(objects)].map(y,y.size()<2?y[0]:y[0].filter(e,\(isKept)))[0]"
    }

    private var header: String {
        let judgesParts = classes.contains(.ephemeralContainers) || classes.contains(.resize)
        let own = best.map { judgesParts ? "p?\($0.ofObject):'\(Self.scoreOfParts)'" : $0.ofObject } ?? "''"
        let facts = "[dyn(\(own)),dyn(''),dyn(\(best?.onLinux ?? "''"))]"
        guard classes.contains(.ephemeralContainers) else { return facts }
        return facts + "+(j==[]?[]:[dyn('Pod')]+j.map(c,dyn('container \"'+c.name+'\"')))"
    }
}
