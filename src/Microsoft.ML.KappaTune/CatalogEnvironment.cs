using Microsoft.ML.Runtime;

namespace Microsoft.ML.KappaTune;

/// <summary>
/// The environment behind one of ML.NET's catalogs, which hosts what the catalog makes: its messages go to the context's log. ML.NET
/// gives it through an internal interface.
/// </summary>
internal static class CatalogEnvironment
{
    private const string CatalogInterface = "Microsoft.ML.Data.IInternalCatalog";

    /// <summary>The catalog's environment; one that nobody listens to where a version of ML.NET has no such interface.</summary>
    public static IHostEnvironment FromCatalog(object catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        Type? known = Array.Find(catalog.GetType().GetInterfaces(), type => type.FullName == CatalogInterface);
        return known?.GetProperty("Environment")?.GetValue(catalog) as IHostEnvironment ?? new MLContext();
    }
}
