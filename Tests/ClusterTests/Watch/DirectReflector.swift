import Cluster
import TestSupport

/// Draws the smallest number of each range.
struct SmallestNumbers: RandomNumberGenerator, Sendable {
    func next() -> UInt64 { 1 }
}

/// A reflector that a test tells directly what arrives.
struct DirectReflector {
    var reflector: Reflector<Int64>
    var now = ContinuousClock.now
    private(set) var changes: [ObjectChange<Int64>] = []
    private(set) var requestCount = 0
    private(set) var request: ReflectorRequest?

    init(random: any RandomNumberGenerator & Sendable = SeededNumbers(seed: 1), selection: ObjectSelection? = nil) {
        reflector = Reflector(at: now, random: random, selection: selection, decode: TestContent.decode)
    }

    /// Lets the first list bring objects, and the watch begin.
    mutating func list(_ names: [String], version: Int) {
        wait(.seconds(1))
        for (index, name) in names.enumerated() {
            handle(.object(ReceivedText(Array(FakeObject(name, version: 1 + index % version).json.utf8))))
        }
        handle(.page(resourceVersion: String(version), continueToken: nil))
        handle(.began)
    }

    /// Gives an event to the watch.
    mutating func line(_ type: String, _ object: FakeObject) {
        handle(.line(ReceivedText(Array(#"{"type":"\#(type)","object":\#(object.json)}"#.utf8))))
    }

    /// Gives what arrived to the current request.
    mutating func handle(_ input: ReflectorInput) {
        take(reflector.handle(input, of: request?.exchange ?? 0, at: now))
    }

    /// Lets time pass.
    mutating func wait(_ duration: Duration) {
        now += duration
        expireIfDue()
    }

    mutating func expireIfDue() {
        if reflector.deadline <= now { take(reflector.expire(at: now)) }
    }

    /// Answers all requests of a time in the same way, at once.
    mutating func requestCount(during duration: Duration, answering answer: (ReflectorRequest) -> [ReflectorInput]) -> Int {
        let end = now + duration
        while reflector.deadline <= end {
            now = max(now, reflector.deadline)
            take(reflector.expire(at: now))
            while let asked = request {
                request = nil
                for input in answer(asked) { take(reflector.handle(input, of: asked.exchange, at: now)) }
            }
        }
        return requestCount
    }

    private mutating func take(_ output: Reflector<Int64>.Output) {
        changes += output.changes
        guard let next = output.request else { return }
        request = next
        requestCount += 1
    }
}

extension ObjectChange<Int64> {
    /// The number of the object.
    var number: Int64 {
        switch self {
        case .set(_, let object), .removed(_, let object): object.value
        }
    }
}
