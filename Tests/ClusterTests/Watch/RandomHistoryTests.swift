import Cluster
import TestSupport
import Testing

/// Random histories of a server with random faults.
struct RandomHistoryTests {
    @Test(arguments: 0..<60 as Range<UInt64>)
    func `After all faults the kept objects are the server's, and on the way each was a state that the server had`(seed: UInt64) throws {
        var history = RandomHistory(seed: seed)
        for _ in 0..<600 { try history.step(isFaulty: true) }
        for _ in 0..<120 { try history.step(isFaulty: false) }
        #expect(history.kept == history.expected, "seed \(seed)")
        #expect(history.reflector.isSynced)
        // Requests that follow each other without a wait are the pages of a list and its watch.
        #expect(history.mostFrequentRequests(in: .seconds(10)) <= 40, "seed \(seed)")
        #expect(Double(history.requestTimes.count) <= history.seconds, "seed \(seed)")
    }
}

/// A server with a history and faults, and the reflector that follows it; time passes by steps.
struct RandomHistory {
    /// The answer to the current request.
    private enum Answer {
        case none
        case list(token: String?)
        /// Brings the changes after a version, unless it is dead.
        case watch(sent: Int, isDead: Bool)
    }

    private(set) var reflector: Reflector<Int64>
    private(set) var requestTimes: [ContinuousClock.Instant] = []
    private var etcd = FakeEtcd()
    private var numbers: SeededNumbers
    private let start: ContinuousClock.Instant
    private var now: ContinuousClock.Instant
    private var answer = Answer.none
    private var exchange = 0
    private var splitter = LineSplitter()
    /// The version of what was last told of each object, by its UID.
    private var toldVersions: [ObjectUID: Int] = [:]

    init(seed: UInt64) {
        numbers = SeededNumbers(seed: seed)
        start = .now
        now = start
        reflector = Reflector(at: now, random: SeededNumbers(seed: seed &+ 1), decode: TestContent.decode)
        for name in ["a", "b", "c", "d", "e"] { etcd.put(name, number: 0) }
    }

    var kept: [String] { reflector.store.objects.map { "\($0.key)=\($0.value.value) \($0.value.uid)" }.sorted() }
    var expected: [String] { etcd.objects.map { "\($0.key)=\($0.value.number) \(ObjectUID($0.value.uid))" }.sorted() }
    var seconds: Double { (now - start) / .seconds(1) }

    /// The largest number of requests within a time.
    func mostFrequentRequests(in window: Duration) -> Int {
        var (most, first) = (0, 0)
        for (index, time) in requestTimes.enumerated() {
            while time - requestTimes[first] > window { first += 1 }
            most = max(most, index - first + 1)
        }
        return most
    }

    /// Lets a moment pass in which the server changes, answers and fails.
    mutating func step(isFaulty: Bool) throws {
        if isFaulty {
            if chance(of: 60) { change() }
            if chance(of: 3) { etcd.compact() }
        }
        now += isFaulty ? .milliseconds(Int.random(in: 0...(chance(of: 5) ? 90_000 : 2_000), using: &numbers)) : .seconds(5)
        while reflector.deadline <= now { try take(reflector.expire(at: now)) }
        switch answer {
        case .none: break
        case .list(let token): try answerList(token, isFaulty: isFaulty)
        case .watch(let sent, let isDead): try answerWatch(sent, isDead: isDead && isFaulty, isFaulty: isFaulty)
        }
    }

    private mutating func chance(of percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &numbers) < percent
    }

    private mutating func change() {
        let name = ["a", "b", "c", "d", "e", "f", "g"][Int.random(in: 0..<7, using: &numbers)]
        if chance(of: 30) { etcd.delete(name) } else { etcd.put(name, number: Int64.random(in: 0..<1_000, using: &numbers)) }
    }

    private mutating func failure() -> RequestFailure {
        let codes = [401, 403, 404, 410, 429, 500, 503]
        switch Int.random(in: 0..<6, using: &numbers) {
        case 0: return .unreachable(reason: "refused")
        case 1: return .cutOff
        case 2: return .timedOut
        case 3: return .unreadable(reason: "garbage")
        default:
            let retryAfter = chance(of: 30) ? Int.random(in: 1...5, using: &numbers) : nil
            return .refused(StatusAnswer(code: codes[Int.random(in: 0..<codes.count, using: &numbers)], retryAfterSeconds: retryAfter))
        }
    }

    private mutating func answerList(_ token: String?, isFaulty: Bool) throws {
        guard !isFaulty || !chance(of: 25) else { return try give(.failed(failure())) }
        guard let page = etcd.page(after: token, size: isFaulty ? Int.random(in: 0...3, using: &numbers) : 500) else {
            return try give(.failed(.refused(StatusAnswer(code: 410))))
        }
        for object in page.objects { try give(.object(ReceivedText(Array(object.json.utf8)))) }
        // The page is cut off behind some objects.
        if isFaulty, chance(of: 10) { return try give(.failed(.cutOff)) }
        try give(.page(resourceVersion: String(page.version), continueToken: page.token))
    }

    private mutating func answerWatch(_ sent: Int, isDead: Bool, isFaulty: Bool) throws {
        if isDead { return }
        if isFaulty, chance(of: 10) { return try give(chance(of: 50) ? .ended : .failed(failure())) }
        if isFaulty, chance(of: 3) { return answer = .watch(sent: sent, isDead: true) }
        guard let events = etcd.changes(after: sent) else {
            try give(.began)
            return try giveBytes(#"{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}"# + "\n")
        }
        try give(.began)
        var text = ""
        var last = sent
        for (index, event) in events.prefix(isFaulty ? 3 : events.count).enumerated() {
            text += event.line + "\n"
            last = event.object.version
            // Once more, or one from earlier.
            if isFaulty, chance(of: 20) { text += (events[...index].randomElement(using: &numbers) ?? event).line.replacingType + "\n" }
        }
        if chance(of: 30) { text += #"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"\#(last)"}}}"# + "\n" }
        if isFaulty, chance(of: 5) {
            text += ["garbage\n", #"{"type":"NEWS","object":{}}"# + "\n", "{\n"].randomElement(using: &numbers) ?? ""
        }
        if case .watch = answer { answer = .watch(sent: last, isDead: false) }
        guard isFaulty, chance(of: 10) else { return try giveBytes(text) }
        try giveBytes(String(text.prefix(Int.random(in: 0...text.count, using: &numbers))))
        try give(.failed(.cutOff))
    }

    /// Gives bytes to the watch in random pieces.
    private mutating func giveBytes(_ text: String) throws {
        let current = exchange
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(Int.random(in: 1...200, using: &numbers)))
            rest = rest.dropFirst(piece.count)
            for line in splitter.lines(in: piece) where exchange == current { try give(.line(line)) }
        }
    }

    private mutating func give(_ input: ReflectorInput) throws {
        switch input {
        case .failed, .ended, .page: answer = .none
        case .object, .began, .line: break
        }
        try take(reflector.handle(input, of: exchange, at: now))
    }

    private mutating func take(_ output: Reflector<Int64>.Output) throws {
        for change in output.changes { try check(change) }
        if output.closed == exchange { answer = .none }
        guard let request = output.request else { return }
        requestTimes.append(now)
        (exchange, splitter) = (request.exchange, LineSplitter())
        switch request.kind {
        case .list(let token): answer = .list(token: token)
        case .watch(let version, _): answer = .watch(sent: Int(version) ?? 0, isDead: false)
        }
    }

    /// Throws unless a change tells a newer state that the server had, or removes what it no longer has.
    private mutating func check(_ change: ObjectChange<Int64>) throws {
        switch change {
        case .set(let key, let object):
            let version = try #require(object.resourceVersion.flatMap { Int($0.text) })
            let state = try #require(etcd.states[version])
            try #require(state.name == key && ObjectUID(state.uid) == object.uid && state.number == object.value)
            try #require(toldVersions[object.uid, default: 0] < version, "\(key) goes back")
            toldVersions[object.uid] = version
        case .removed(let key, let object):
            try #require(etcd.objects[key].map { ObjectUID($0.uid) } != object.uid, "\(key) still exists")
        }
    }
}

extension String {
    /// The line of an event with another type that tells the same state.
    fileprivate var replacingType: String {
        hasPrefix(#"{"type":"ADDED"#) ? #"{"type":"MODIFIED"# + dropFirst(#"{"type":"ADDED"#.count) : self
    }
}
