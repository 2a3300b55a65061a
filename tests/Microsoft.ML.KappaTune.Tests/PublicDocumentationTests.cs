using System.Xml.Linq;
using Mono.Cecil;
using Mono.Cecil.Rocks;

namespace Microsoft.ML.KappaTune.Tests;

/// <summary>A public method documents all of its parameters or none; the compiler would ask it of internal ones too.</summary>
public class PublicDocumentationTests
{
    [Theory]
    [InlineData(typeof(KappaTuneCatalog))]
    [InlineData(typeof(KappaTuner))]
    public void A_method_that_documents_a_parameter_documents_all(Type inAssembly)
    {
        string path = inAssembly.Assembly.Location;
        Dictionary<string, string[]> documented = XDocument.Load(Path.ChangeExtension(path, ".xml")).Descendants("member").ToDictionary(
            member => (string)member.Attribute("name")!,
            member => member.Elements("param").Select(param => (string)param.Attribute("name")!).ToArray());
        using ModuleDefinition module = ModuleDefinition.ReadModule(path);
        (MethodDefinition Method, string[] Documented)[] methods = [.. module.GetTypes().Where(IsVisible)
            .SelectMany(type => type.Methods).Where(method => method.IsPublic || method.IsFamily)
            .Select(method => (method, documented.GetValueOrDefault(DocCommentId.GetDocCommentId(method), [])))
            .Where(pair => pair.Item2.Length > 0)];
        Assert.True(methods.Length > 10, $"only {methods.Length} methods with documented parameters were found");
        foreach ((MethodDefinition method, string[] parameters) in methods)
            Assert.True(method.Parameters.All(parameter => parameters.Contains(parameter.Name)), method.FullName);
    }

    private static bool IsVisible(TypeDefinition type) =>
        type.IsNested ? (type.IsNestedPublic || type.IsNestedFamily) && IsVisible(type.DeclaringType) : type.IsPublic;
}
