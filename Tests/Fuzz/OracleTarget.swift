import Foundation
import KubernetesAPI

/// Compares the JSON reader with Foundation's `JSONDecoder`, on the fields that the reader keeps of a Pod's review.
///
/// Inputs for which the two differ on purpose are ignored: duplicates of a key that is read and objects too large to be kept (only we reject
/// them), halves of surrogate pairs and nesting beyond 500 levels in skipped values (only Foundation rejects them), a fraction in an integer
/// (`1.0`, which Foundation accepts), a comma after the last member or element (which Foundation accepts against RFC 8259), encodings
/// other than UTF-8, which Foundation detects, and invalid UTF-8, which we accept in managed fields.
enum OracleTarget {
    /// Any JSON; each value is decoded, so that Foundation checks all of it.
    private struct AnyValue: Decodable {
        init(from decoder: any Decoder) throws {
            if let object = try? decoder.container(keyedBy: AnyKey.self) {
                for key in object.allKeys { _ = try object.decode(Self.self, forKey: key) }
            } else if var array = try? decoder.unkeyedContainer() {
                while !array.isAtEnd { _ = try array.decode(Self.self) }
            } else {
                let value = try decoder.singleValueContainer()
                if value.decodeNil() || (try? value.decode(Bool.self)) != nil || (try? value.decode(String.self)) != nil { return }
                _ = try value.decode(Double.self)
            }
        }
    }

    private struct AnyKey: CodingKey {
        let stringValue: String
        let intValue: Int? = nil

        init(stringValue: String) { self.stringValue = stringValue }

        init?(intValue: Int) { nil }
    }

    /// Both read the same values, or both reject the input.
    static func check(_ input: [UInt8]) throws {
        // Inputs that Foundation takes for UTF-16 or UTF-32, and a byte order mark, which it skips.
        guard !input.prefix(4).contains(0), input.first.map({ $0 < 0x80 }) ?? false else { return }
        let data = Data(input)
        do {
            let review = try AdmissionReview(parsing: input.span)
            let mirror: MirrorReview
            do {
                mirror = try JSONDecoder().decode(MirrorReview.self, from: data)
            } catch {
                guard !mayHaveHalfAPair(input), nesting(of: input) <= 500, String(validating: input, as: UTF8.self) != nil else { return }
                throw FuzzTarget.Finding("read by us, rejected by Foundation: \(error)")
            }
            try compare(review.request, mirror)
        } catch let failure as DecodingFailure {
            guard failure.isGrammatical, !failure.isAboutLastComma(in: input) else { return }
            guard (try? JSONDecoder().decode(AnyValue.self, from: data)) != nil else { return }
            throw FuzzTarget.Finding("rejected by us, read by Foundation: \(failure)")
        }
    }

    /// Whether the input has an escape of a surrogate.
    private static func mayHaveHalfAPair(_ input: [UInt8]) -> Bool {
        input.indices.contains { index in
            let escape = input[index...].prefix(4)
            return escape.count == 4 && escape.starts(with: Array(#"\u"#.utf8)) && escape[index + 2] | 0x20 == UInt8(ascii: "d")
        }
    }

    /// The deepest nesting of brackets, including those in strings.
    private static func nesting(of input: [UInt8]) -> Int {
        var (depth, greatest) = (0, 0)
        for byte in input {
            if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") { depth += 1 }
            if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") { depth -= 1 }
            greatest = max(greatest, depth)
        }
        return greatest
    }

    private static func compare(_ request: AdmissionRequest, _ review: MirrorReview) throws {
        let mirror = review.request
        let ours = [
            request.uid, request.namespace, request.name, request.subResource, request.operation.rawValue, request.kind.group,
            request.kind.version, request.kind.kind, request.userInfo.username, "\(request.isDryRun)",
        ]
        let theirs = [
            mirror.uid, mirror.namespace ?? "", mirror.name ?? "", mirror.subResource ?? "", mirror.operation, mirror.kind.group ?? "",
            mirror.kind.version ?? "", mirror.kind.kind ?? "", mirror.userInfo?.username ?? "", "\(mirror.dryRun ?? false)",
        ]
        try expectSame(ours + request.userInfo.groups, theirs + (mirror.userInfo?.groups ?? []))
        guard WorkloadKind(group: request.kind.group, kind: request.kind.kind) == .pod else { return }
        try compare(request.object, mirror.object)
        try compare(request.oldObject, mirror.oldObject)
    }

    private static func compare(_ payload: AdmissionRequest.Payload, _ mirror: MirrorPayload?) throws {
        switch (payload, mirror) {
        case (.absent, nil): break
        case (.decoded(let object), .pod(let pod)):
            guard case .pod(let spec) = object.content else { throw FuzzTarget.Finding("a Pod without its content") }
            var theirs = pod.spec == nil ? PodSpec() : spec
            pod.spec?.replace(in: &theirs)
            try expectSame(
                [object.metadata.name, object.metadata.generateName, object.metadata.namespace],
                [pod.metadata?.name ?? "", pod.metadata?.generateName ?? "", pod.metadata?.namespace ?? ""]
            )
            // By ==, since a description does not show the contents of a box.
            guard spec == theirs else {
                throw FuzzTarget.Finding("ours \(spec), Foundation's \(theirs)")
            }
        case (.decoded, .undecodable(let error)): throw FuzzTarget.Finding("decoded by us, not by Foundation: \(error)")
        // Our reader also checks fields that the mirror leaves out.
        case (.undecodable, _): break
        case (.absent, _), (.decoded, nil): throw FuzzTarget.Finding("an object that only one of them sees")
        }
    }

    private static func expectSame(_ ours: [String], _ theirs: [String]) throws {
        guard ours.count == theirs.count, zip(ours, theirs).allSatisfy({ $0.utf8.elementsEqual($1.utf8) }) else {
            throw FuzzTarget.Finding("ours \(ours), Foundation's \(theirs)")
        }
    }
}

extension DecodingFailure {
    /// Whether the error is at the end of an object or array after a comma.
    fileprivate func isAboutLastComma(in input: [UInt8]) -> Bool {
        guard case .byteOffset(let offset) = location, offset < input.count, [UInt8(ascii: "}"), UInt8(ascii: "]")].contains(input[offset])
        else { return false }
        let blank: [UInt8] = [0x20, 0x09, 0x0A, 0x0D]
        return input[..<offset].last { !blank.contains($0) } == UInt8(ascii: ",")
    }

    /// Whether the reader says that the text is not JSON, rather than JSON of another form.
    fileprivate var isGrammatical: Bool {
        switch reason {
        case .unexpectedEnd, .unexpectedByte, .invalidUTF8, .invalidEscape, .controlCharacter, .invalidNumber, .trailingBytes,
            .misplacedCursor:
            true
        case .duplicateKey, .nestingTooDeep, .tooManyKeys, .tooManyElements, .modelTooLarge, .wrongType, .integerOutOfRange, .missingField,
            .noPodTemplate, .unknownValue,
            .unpairedSurrogate:
            false
        }
    }
}
