using Microsoft.ML;
using Microsoft.ML.Data;

[assembly: LoadableClass(typeof(TransformerChain<ITransformer>), null, typeof(SignatureLoadModel), "Transformer chain",
    TransformerChain<ITransformer>.LoaderSignature)]
