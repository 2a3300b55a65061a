using System.IO;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using Mono.Cecil;

/// <summary>Copies an assembly, to compile against, with what is internal in it made public.</summary>
public sealed class Publicize : Task
{
    /// <summary>The assembly's file.</summary>
    [Required]
    public string Assembly { get; set; } = "";

    /// <summary>The file to write.</summary>
    [Required]
    public string Copy { get; set; } = "";

    public override bool Execute()
    {
        using (ModuleDefinition module = ModuleDefinition.ReadModule(Assembly))
        {
            foreach (TypeDefinition type in module.GetTypes())
            {
                if (type.IsNotPublic)
                    type.IsPublic = true;
                else if (type.IsNestedAssembly)
                    type.IsNestedPublic = true;
                foreach (FieldDefinition field in type.Fields)
                    field.IsPublic |= field.IsAssembly;
                foreach (MethodDefinition method in type.Methods)
                    method.IsPublic |= method.IsAssembly;
            }

            Directory.CreateDirectory(Path.GetDirectoryName(Copy)!);
            module.Write(Copy);
        }

        return true;
    }
}
