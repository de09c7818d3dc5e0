import KubernetesAPI

/// Says why the object of a request cannot be judged.
enum UndecodableText {
    /// One line with the object, the reason and the policy, within the bounds of a denial's message.
    static func message(_ request: AdmissionRequest, policy: ScorePolicy) -> String {
        let policy = DisplayText.oneLine(policy.name, byteLimit: 100)
        let object = ObjectTitle.text(of: request)
        let reason = DisplayText.oneLine(reason(request), byteLimit: 300)
        return "\(object) cannot be judged by policy \(policy): \(reason)"
    }

    private static func reason(_ request: AdmissionRequest) -> String {
        switch request.object {
        case .absent: "the request carries no object"
        case .decoded: "the object is of another kind than the request says"
        case .undecodable(let failure):
            switch failure.location {
            case .byteOffset(let offset): "\(failure.reason) at byte \(offset)"
            case .position(let position): "\(failure.reason) at \(position)"
            }
        }
    }
}
