/// An API of a cluster for the results of policies, which consumers such as Policy Reporter read.
///
/// The definitions of its kinds belong to others. Sources: <https://github.com/openreports/reports-api>,
/// <https://github.com/kubernetes-sigs/wg-policy-prototypes/tree/master/policy-report>
package enum ReportAPI: Sendable, CaseIterable {
    /// `openreports.io/v1alpha1`, the successor of the other one.
    case openReports
    /// `wgpolicyk8s.io/v1alpha2`, the version that Kyverno installs.
    case policyReport

    /// The API group.
    package var group: String {
        switch self {
        case .openReports: "openreports.io"
        case .policyReport: "wgpolicyk8s.io"
        }
    }

    /// The version of the group.
    package var version: String {
        switch self {
        case .openReports: "v1alpha1"
        case .policyReport: "v1alpha2"
        }
    }

    /// The group and version.
    package var apiVersion: String { "\(group)/\(version)" }

    /// The kind of a report in a Namespace.
    package var kind: String {
        switch self {
        case .openReports: "Report"
        case .policyReport: "PolicyReport"
        }
    }

    /// Whether a report names its source once; otherwise each result does, and an API server rejects the field of the report.
    package var hasCommonSource: Bool { self == .openReports }
}
