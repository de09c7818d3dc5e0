/// A review that is made to be expensive for its size: one or two repeated fields fill its bytes.
///
/// The same shape and size always give the same bytes.
package struct ReviewShape: Sendable, CustomStringConvertible {
    /// The kind of request.
    package let request: ShapedRequest
    /// The fields that fill the review, each with the same share of its bytes.
    package let fields: [RepeatedField]
    /// The policy that decides it.
    package let policy: ShapePolicy

    /// A shape; without fields, one text fills the review.
    package init(_ request: ShapedRequest, _ fields: [RepeatedField], by policy: ShapePolicy) {
        self.request = request
        self.fields = fields
        self.policy = policy
    }

    /// Reads ``description``; `nil` for anything else.
    package init?(parsing text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, let request = ShapedRequest(rawValue: String(parts[0])),
            let policy = ShapePolicy(rawValue: String(parts[2]))
        else { return nil }
        let fields = parts[1].split(separator: "+").compactMap { RepeatedField(rawValue: String($0)) }
        guard fields.count == parts[1].split(separator: "+").count else { return nil }
        self.init(request, fields, by: policy)
    }

    /// Such as `updatePod/containers+sysctls/strict`.
    package var description: String {
        "\(request.rawValue)/\(fields.map(\.rawValue).joined(separator: "+"))/\(policy.rawValue)"
    }

    /// Every shape with one field.
    package static var singles: [Self] {
        ShapePolicy.allCases.flatMap { policy in
            ShapedRequest.allCases.flatMap { request in RepeatedField.allCases.map { Self(request, [$0], by: policy) } }
        }
    }

    /// Every shape with two fields that can be used together.
    package static var pairs: [Self] {
        ShapePolicy.allCases.flatMap { policy in
            ShapedRequest.allCases.flatMap { request in
                RepeatedField.allCases.indices.flatMap { first in
                    RepeatedField.allCases[(first + 1)...].compactMap { second in
                        let pair = [RepeatedField.allCases[first], second]
                        return pair[0].place == pair[1].place && pair[0].place != .text ? nil : Self(request, pair, by: policy)
                    }
                }
            }
        }
    }

    /// The review with that many bytes.
    package func body(byteCount: Int) -> [UInt8] {
        let oldShare = request.isUpdate && !request.addsEphemeralContainers ? byteCount / 2 : 0
        let object = ShapedObject(request, fields, byteCount: byteCount - oldShare, isOld: false)
        var head = #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u","#
        head += #""kind":{"group":"\#(request.group)","version":"v1","kind":"\#(request.kind)"},"#
        head += #""operation":"\#(request.isUpdate ? "UPDATE" : "CREATE")","#
        head += #""subResource":"\#(request.subResource)","namespace":"\#(object.namespace)","userInfo":\#(object.user),"object":"#
        var bytes = Array((head + object.json).utf8)
        if request.isUpdate {
            bytes += ShapedObject(request, fields, byteCount: oldShare, isOld: true).json(beginning: #","oldObject":"#).utf8
        }
        // The size of a document limits what is kept of it, so the rest is one skipped text, the cheapest filling.
        let rest = byteCount - bytes.count - #","options":""}}"#.utf8.count
        bytes += #","options":""#.utf8
        if rest > 0 { bytes += [UInt8](repeating: UInt8(ascii: "a"), count: rest) }
        bytes += #""}}"#.utf8
        return bytes
    }
}
