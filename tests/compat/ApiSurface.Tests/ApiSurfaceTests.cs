using System.Reflection;

/// <summary>Every public member in <c>compat/</c> is one of the real package's: same type, name, parameters, defaults.</summary>
public class ApiSurfaceTests
{
    [Theory]
    [InlineData("TorchSharp")]
    [InlineData("Microsoft.ML")]
    [InlineData("Microsoft.ML.Tokenizers")]
    [InlineData("Microsoft.Extensions.ML")]
    public void Only_members_of_the_real_package_are_public(string name)
    {
        Assert.SkipWhen(Golden.Api is null, "No listing of the real packages: set KAPPATUNE_API, or place it at ../shared/api.");
        var real = new Listing(File.ReadLines(Path.Combine(Golden.Api!, name + ".txt")));

        Type[] types = Assembly.Load(name).GetExportedTypes();
        Assert.NotEmpty(types);
        string[] invented = [.. types.SelectMany(Surface.Describe).Where(line => !Documented.IsUnlistable(line) && !real.Has(line))];
        Assert.True(invented.Length == 0, string.Join('\n', invented));
    }

    [Fact]
    public void Members_that_no_listing_can_hold_are_the_documented_ones()
    {
        IEnumerable<string> lines = Assembly.Load("Microsoft.Extensions.ML").GetExportedTypes().SelectMany(Surface.Describe);
        Assert.Equal(Documented.Members.Order(StringComparer.Ordinal), lines.Where(Documented.IsUnlistable).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("class A", true)]
    [InlineData("class A : I", true)]
    [InlineData("class A : I, B<C, D>", true)]
    [InlineData("class A : J", false)]
    [InlineData("sealed class A", false)]
    [InlineData("sealed class E : Z", true)]
    [InlineData("sealed class F", false)]
    [InlineData("A::System.Void M(System.Int32 x = 1)", true)]
    [InlineData("A::System.Void M(System.Int32 x = 2)", false)]
    [InlineData("A::System.Void M(System.Int32 y = 1)", false)]
    public void A_line_must_be_listed_but_a_type_may_have_fewer_bases(string line, bool listed) =>
        Assert.Equal(listed, new Listing(["class A : B<C, D>, I", "A::System.Void M(System.Int32 x = 1)", "E::System.Void M()"]).Has(line));
}
