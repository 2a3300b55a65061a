using System.Reflection;
using Microsoft.ML;

/// <summary>What a saveable transformer needs of ML.NET's internals is there, with the real package's signatures.</summary>
public sealed class InternalSurfaceTests
{
    private static readonly Type[] Types = typeof(MLContext).Assembly.GetTypes();

    [Fact]
    public void Internal_members_have_the_signatures_of_the_real_package()
    {
        Assert.SkipWhen(Golden.Api is null, "No listing of the real packages: set KAPPATUNE_API, or place it at ../shared/api.");
        HashSet<string> listed = [.. File.ReadLines(Path.Combine(Golden.Api!, "Microsoft.ML.internal.txt"))];
        HashSet<string> listedTypes = [.. listed.Where(line => line.Contains("::")).Select(line => line[..line.IndexOf("::", StringComparison.Ordinal)])];

        Type[] types = [.. Types.Where(type => listedTypes.Contains(Surface.Name(type)))];
        Assert.NotEmpty(types);
        string[] invented = [.. types.SelectMany(InternalSurface.Describe).Where(line => !listed.Contains(line))];
        Assert.True(invented.Length == 0, string.Join('\n', invented));
    }

    [Theory]
    [InlineData("Microsoft.ML.VersionInfo::.ctor(System.String modelSignature, System.UInt32 verWrittenCur, System.UInt32 verReadableCur, System.UInt32 verWeCanReadBack, System.String loaderAssemblyName, System.String loaderSignature = null, System.String loaderSignatureAlt = null)")]
    [InlineData("Microsoft.ML.LoadableClassAttribute::.ctor(System.Type instType, System.Type argType, System.Type sigType, System.String userName, params System.String[] loadNames)")]
    [InlineData("Microsoft.ML.ModelSaveContext::System.Void CheckAtModel()")]
    [InlineData("Microsoft.ML.ModelSaveContext::System.Void SetVersionInfo(Microsoft.ML.VersionInfo ver)")]
    [InlineData("Microsoft.ML.ModelSaveContext::readonly System.IO.BinaryWriter Writer")]
    [InlineData("Microsoft.ML.ModelSaveContext::System.Void SaveNonEmptyString(System.String str)")]
    [InlineData("Microsoft.ML.ModelSaveContext::System.Void SaveStringOrNull(System.String str)")]
    [InlineData("Microsoft.ML.ModelSaveContext::System.Void SaveBinaryStream(System.String name, System.Action<System.IO.BinaryWriter> action)")]
    [InlineData("Microsoft.ML.ModelLoadContext::System.Void CheckAtModel(Microsoft.ML.VersionInfo ver)")]
    [InlineData("Microsoft.ML.ModelLoadContext::readonly System.IO.BinaryReader Reader")]
    [InlineData("Microsoft.ML.ModelLoadContext::System.String LoadNonEmptyString()")]
    [InlineData("Microsoft.ML.ModelLoadContext::System.String LoadStringOrNull()")]
    [InlineData("Microsoft.ML.ModelLoadContext::System.Boolean TryLoadBinaryStream(System.String name, System.Action<System.IO.BinaryReader> action)")]
    [InlineData("Microsoft.ML.SchemaShape.Column::.ctor(System.String name, Microsoft.ML.SchemaShape.Column.VectorKind vecKind, Microsoft.ML.Data.DataViewType itemType, System.Boolean isKey, Microsoft.ML.SchemaShape annotations = null)")]
    [InlineData("Microsoft.ML.SchemaShape::static Microsoft.ML.SchemaShape Create(Microsoft.ML.DataViewSchema schema)")]
    [InlineData("Microsoft.ML.SchemaShape::System.Boolean TryFindColumn(System.String name, out Microsoft.ML.SchemaShape.Column column)")]
    public void What_a_saveable_transformer_needs_is_there(string member)
    {
        string type = member[..member.IndexOf("::", StringComparison.Ordinal)];
        Assert.Contains(member, InternalSurface.Describe(Assert.Single(Types, candidate => Surface.Name(candidate) == type)));
    }

    [Fact]
    public void Every_type_of_the_library_loads() => Assert.NotEmpty(Assembly.Load("Microsoft.ML").GetTypes());
}
