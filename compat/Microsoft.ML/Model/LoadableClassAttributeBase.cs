namespace Microsoft.ML;

/// <summary>What a loadable class says about itself, on its assembly.</summary>
internal abstract class LoadableClassAttributeBase(Type instanceType, Type loaderType, Type[] extraTypes, Type signatureType, string userName,
    string[] loadNames) : Attribute
{
    /// <summary>The type of the objects.</summary>
    public Type InstanceType { get; } = instanceType;

    /// <summary>The type with the static Create method, or the constructor.</summary>
    public Type LoaderType { get; } = loaderType;

    /// <summary>The types of the parameters after the environment and the load context.</summary>
    public Type[] ExtraTypes { get; } = extraTypes;

    /// <summary>What it can be made from: <see cref="SignatureLoadModel"/>.</summary>
    public Type SignatureType { get; } = signatureType;

    /// <summary>A name for people.</summary>
    public string UserName { get; } = userName;

    /// <summary>The names it is found by; upper and lower case are the same.</summary>
    public string[] LoadNames { get; } = loadNames;
}
