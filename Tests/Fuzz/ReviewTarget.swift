import AdmissionPolicy
import KubernetesAPI
import PodScoring

/// Reads an AdmissionReview, decides it and writes the answer.
enum ReviewTarget {
    /// The longest answer, in bytes.
    ///
    /// A denial's message has at most 1 000 bytes, warnings 4 096 characters, the uid comes back as it was sent; the rest is a handful of
    /// annotations and causes.
    private static let answerByteLimit = 128 << 10

    /// The day of all decisions.
    static let today = CivilDate(daysSinceEpoch: 20_000)

    /// A policy with every kind of demand.
    static let policy: ScorePolicy = {
        var level = ScorePolicy.Level()
        level.minimumScore = 9
        level.require = ["RunAsNonRoot", "CapDropAll", "LimitsMemory"]
        level.forbid = ["Privileged", "HostNetwork"]
        return ScorePolicy(
            name: "fuzz",
            namespaces: [NamePattern("*")],
            ruleset: .podscoreV1,
            enforce: level,
            warn: level,
            audit: level
        )
    }()

    /// A readable review gets the same answer twice, within limits; another one is rejected at a place inside it.
    static func check(_ input: [UInt8]) throws {
        let review: AdmissionReview
        do {
            review = try AdmissionReview(parsing: input.span)
        } catch {
            guard case .byteOffset(let offset) = error.location, (0...input.count).contains(offset) else {
                throw FuzzTarget.Finding("rejected at \(error.location), outside of \(input.count) bytes")
            }
            _ = error.reason.description
            _ = JSONPath.locating(offset, in: input.span)
            return
        }
        let decider = Decider(mode: .enforce, today: today)
        let answer = decider.decide(review.request, by: policy).response.encoded(for: review.version)
        guard answer == decider.decide(review.request, by: policy).response.encoded(for: review.version) else {
            throw FuzzTarget.Finding("two answers to one request")
        }
        guard answer.count <= answerByteLimit + 6 * review.request.uid.utf8.count else {
            throw FuzzTarget.Finding("an answer of \(answer.count) bytes")
        }
        do {
            var reader = JSONNodeParser(answer.span)
            guard try reader.next() != nil, try reader.next() == nil else { throw FuzzTarget.Finding("the answer is not one JSON value") }
        } catch let error as DecodingFailure {
            throw FuzzTarget.Finding("the answer is no JSON: \(error)")
        }
        try checkRecording(of: review)
        guard let object = review.request.object.object else { return }
        for ruleset in [Ruleset.kubesecV2, .kubesecV20] { _ = Scorer(ruleset).score(ScoringSubject(object, context: .authored)) }
    }

    /// The output of the recorder reads as the same request, and is written the same again.
    private static func checkRecording(of review: AdmissionReview) throws {
        let written = review.encoded
        do {
            let read = try AdmissionReview(parsing: written.span, keeping: ModelBudget.greatest)
            // An undecodable object is written as a text that cannot be decoded either, with another reason.
            var isDecodable = true
            for payload in [review.request.object, review.request.oldObject] {
                if case .undecodable = payload { isDecodable = false }
            }
            guard read.request.object.object == review.request.object.object, read == review || !isDecodable else {
                throw FuzzTarget.Finding("a recorded review reads otherwise: \(String(decoding: written, as: UTF8.self))")
            }
        } catch let error as DecodingFailure {
            throw FuzzTarget.Finding("a recorded review can't be read: \(error)")
        }
    }
}
