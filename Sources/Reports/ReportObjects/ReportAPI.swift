/// An API of a cluster for the results of policies, which consumers such as Policy Reporter read.
///
/// The definitions of its kinds belong to others. Sources: <https://github.com/openreports/reports-api>,
/// <https://github.com/kubernetes-sigs/wg-policy-prototypes/tree/master/policy-report>
package enum ReportAPI: Sendable, CaseIterable {
    /// `openreports.io/v1alpha1`, the successor of the other one.
    case openReports
    /// `wgpolicyk8s.io/v1alpha2`, the version that Kyverno installs.
    case policyReport

    /// The group and version.
    var apiVersion: String {
        switch self {
        case .openReports: "openreports.io/v1alpha1"
        case .policyReport: "wgpolicyk8s.io/v1alpha2"
        }
    }

    /// The kind of a report in a Namespace.
    var kind: String {
        switch self {
        case .openReports: "Report"
        case .policyReport: "PolicyReport"
        }
    }

    /// Whether a report names its source once; otherwise each result does, and an API server rejects the field of the report.
    var hasCommonSource: Bool { self == .openReports }
}
