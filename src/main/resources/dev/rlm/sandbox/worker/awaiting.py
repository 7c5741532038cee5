"""Cells that use await outside of a function, as notebooks allow it."""

import ast

# What tracebacks call a cell's own statements.
COROUTINE = "<module>"
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def awaits(tree):
    """Whether something is awaited outside of all functions and classes."""
    return any(_is_asynchronous(node) for node in _own_nodes(tree))


def compile_awaiting(statements, filename):
    """The statements' codes in order, each with whether it defines COROUTINE, which must then be called and awaited."""
    parts = []
    for statement in statements:
        nodes = list(_own_nodes(statement))
        awaiting = any(_is_asynchronous(node) for node in nodes)
        if awaiting:
            _refuse_leaving(nodes, filename)
            statement = _in_coroutine(statement, nodes)
        if isinstance(statement, ast.Expr):
            code = compile(ast.Expression(statement.value), filename, "eval", dont_inherit=True)
        else:
            code = compile(ast.Module([statement], type_ignores=[]), filename, "exec", dont_inherit=True)
        parts.append((code, awaiting))
    return parts


def _own_nodes(tree):
    """The nodes of the tree's own scope: not what is inside of functions and classes."""
    pending = [tree]
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            pending.extend(node.decorator_list + node.args.defaults + [value for value in node.args.kw_defaults if value])
        elif isinstance(node, ast.ClassDef):
            pending.extend(node.decorator_list + node.bases + node.keywords)
        elif not isinstance(node, ast.Lambda):
            pending.extend(ast.iter_child_nodes(node))


def _is_asynchronous(node):
    return isinstance(node, (ast.Await, ast.AsyncFor, ast.AsyncWith)) or (isinstance(node, ast.comprehension) and node.is_async)


def _refuse_leaving(nodes, filename):
    for node in nodes:
        if isinstance(node, (ast.Return, ast.Yield, ast.YieldFrom)):
            word = "return" if isinstance(node, ast.Return) else "yield"
            raise SyntaxError(f"'{word}' outside function", (filename, node.lineno, node.col_offset + 1, None))


def _in_coroutine(statement, nodes):
    """A coroutine function with this statement as its body, which assigns the cell's own names."""
    if isinstance(statement, ast.Expr):
        statement = ast.copy_location(ast.Return(statement.value), statement)
    body = [statement]
    names = sorted(_assigned_names(statement, nodes))
    if names:
        body.insert(0, ast.copy_location(ast.Global(names), statement))
    arguments = ast.arguments([], [], None, [], [], None, [])
    function = ast.AsyncFunctionDef(COROUTINE, arguments, [_Plain().visit(each) for each in body], [], type_params=[])
    ast.copy_location(function, statement)
    return ast.fix_missing_locations(function)


def _assigned_names(statement, nodes):
    names = set()
    local = {id(part) for node in nodes if isinstance(node, _COMPREHENSIONS) for part in _targets(node)}
    for node in nodes:
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load) and id(node) not in local:
            names.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.alias):
            names.add(node.asname or node.name.partition(".")[0])
        elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
            names.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            names.add(node.rest)
    return names - {"*"}


def _targets(comprehension):
    for generator in comprehension.generators:
        yield from ast.walk(generator.target)


class _Plain(ast.NodeTransformer):
    """Makes annotated assignments plain ones: names that are global in a function cannot be annotated."""

    def visit_AnnAssign(self, node):
        if node.value is None:
            return ast.copy_location(ast.Pass(), node)
        return ast.copy_location(ast.Assign([node.target], node.value), node)

    def visit_FunctionDef(self, node):
        return node

    visit_AsyncFunctionDef = visit_Lambda = visit_ClassDef = visit_FunctionDef
