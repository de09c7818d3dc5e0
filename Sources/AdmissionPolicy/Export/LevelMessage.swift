import PodScoring

/// The verdict of a level and its message as CEL, from ``LevelResults``.
struct LevelMessage {
    /// The longest message in bytes.
    ///
    /// The API server writes the names of policy and binding before it, and an Event holds 1 024 characters.
    static let byteLimit = 900
    /// The longest name of an object in a message, in bytes; a policy's guidance needs the room.
    private static let nameByteLimit = 120
    /// The room for the count of what does not fit.
    private static let countByteLimit = 20
    /// The room for what stands around a list.
    private static let bracketByteCount = 12

    /// The policy.
    let policy: ScorePolicy
    /// The minimum; `nil` without one.
    let limit: ScoreLimit?
    /// The checks that fail, with a score if there is a minimum.
    let results: LevelResults

    /// Whether the object violates the level.
    var isViolated: String { violation(score: results.score ?? "", minimum: limit?.scaled ?? "") }

    /// The message; empty for an object that does not violate the level, since an API server evaluates it for these as well.
    ///
    /// After the sentence come the violated demands, then in brackets what else would give points if the score is too low. Each of the two
    /// lists is cut where its room ends: demands have two thirds of it.
    var expression: String {
        let ending = policy.guidance.map(DenialMessage.ending) ?? ""
        let share = "(z.size()<2?3:y[0].startsWith('+')?1:2)/3"
        let room = "(\(Self.byteLimit - ending.utf8.count)-h.size())*\(share)-\(Self.bracketByteCount)"
        let text = "[\(room)].map(r,[\(Self.list)].map(f,y[0].startsWith('+')?'fixes ['+f+']':f)[0])[0]"
        let texts = "[\(head)].map(h,h+z.map(y,\(text)).join('; ')\(ending.isEmpty ? "" : "+" + CELText.literal(ending)))[0]"
        let lists = "[\(results.lines)].map(v,[v.filter(e,\(results.isDemanded))].map(d,[\(lists)].map(z,\(texts))[0])[0])[0]"
        let message = "\(violation(score: "n", minimum: "m"))?\(lists):''"
        guard let limit, let score = results.score else { return message }
        return "[\(score)].map(n,[\(limit.scaled)].map(m,\(message))[0])[0]"
    }

    private func violation(score: String, minimum: String) -> String {
        let parts = [results.isDemandViolated, limit == nil ? nil : "\(score)<\(minimum)"].compactMap(\.self)
        return parts.isEmpty ? "false" : parts.joined(separator: "||")
    }

    /// The lines `y` in `r` bytes; each ends with a parenthesis, which no fix has before a comma.
    private static let list: String = {
        let kept = "[f.substring(0,r-\(countByteLimit))].map(f,f.substring(0,f.lastIndexOf('), ')+1))[0]"
        let rest = "string(f==''?y.size():y.size()-f.split('), ').size())+' more'"
        return "[y.join(', ')].map(f,f.size()<=r?f:[\(kept)].map(f,f+(f==''?'':' and ')+\(rest))[0])[0]"
    }()

    /// The lines about violated demands, and those about other rules that cost points; each of the two lists has lines.
    private var lists: String {
        let demanded = "\(words)[e[1]]"
        guard limit != nil else { return "[d.map(e,\(demanded)+\(Self.line))]" }
        let others = "n<m?v.filter(e,e[0]!='0'&&!(e in d)):[]"
        let beginning = "(e in d?\(demanded):'+'+e[0]+' ')"
        return "[d,\(others)].filter(y,y!=[]).map(y,y.map(e,\(beginning)+\(Self.line)))"
    }

    /// The words of the demands by their codes, each once.
    private var words: String {
        let demands = results.entries.map(\.demand).filter { $0 != .none }
        let words = demands.map { "\(CELText.literal($0.code)):\(CELText.literal($0.word))" }
        let others = words.indices.filter { !words[..<$0].contains(words[$0]) }.map { words[$0] }
        return "{\(others.joined(separator: ","))}"
    }

    /// One failing check: the id, the first place, the fix.
    private static let line: String = {
        let first = LevelResults.firstPlace
        let place = "e[\(first)]+(e.size()>\(first + 1)?' and '+string(e.size()-\(first + 1))+' more':'')"
        let fix = "e[3].replace(\(CELText.literal(LevelEntry.abbreviation)),\(CELText.literal(LevelEntry.abbreviated)))"
        return "e[2]+' ('+\(place)+': '+\(fix)+')'"
    }()

    /// The sentence before the list.
    private var head: String {
        let name =
            policy.guidance == nil
            ? "object.metadata.name"
            : "[object.metadata.name].map(c,c.size()>\(Self.nameByteLimit)?c.substring(0,\(Self.nameByteLimit - 3))+'...':c)[0]"
        let object = "request.kind.kind+' '+request.namespace+'/'+\(name)"
        let policyName = DisplayText.oneLine(policy.name, byteLimit: 100)
        let violates = CELText.literal(" violates policy \(policyName)")
        guard let limit, let best = results.best else { return "\(object)+\(violates)+'; '" }
        let scaled = "(m==\(limit.written)?'':' ('+string(\(limit.written))+', scaled for Windows)')"
        let points = "+string(n)+' of '+string(\(best.ofObject))+"
        let scores = "' scores '\(points)', below the minimum '+string(m)+\(scaled)+"
        let score = "' (score '\(points)')'"
        let hasScore = results.judgesParts ? "(variables.p?\(score):'')" : score
        return "\(object)+(n<m?\(scores)\(CELText.literal(" of policy \(policyName)")):\(violates)+\(hasScore))+'; '"
    }
}
